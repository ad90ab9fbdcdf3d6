import { closeSync, openSync, readSync, readdirSync, lstatSync, statSync, type BigIntStats } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { FileError } from './directories.ts';
import { Rhythm, streamFile } from './follow.ts';
import { frameBytes, FrameWriter, writeOut } from './frames.ts';
import { finishStream, readFlag, readNumber, refuse, type RawQuery } from './responses.ts';
import type { Runtime } from './runtime.ts';
import { sniffContentType } from './sniff.ts';
import { parseInteger } from './strconv.ts';

/** A request below `/v1/client/fs/`. Query values are passed as they came. */
export interface FileRequest {
  allocId: string;
  path: RawQuery;
  offset?: RawQuery;
  limit?: RawQuery;
  origin?: RawQuery;
  follow?: RawQuery;
}

interface FileInfo {
  Name: string;
  IsDir: boolean;
  Size: number;
  FileMode: string;
  ModTime: string;
  ContentType?: string;
}

const noName = 'must provide a file name';

/** `GET /v1/client/fs/ls/:id` */
export function serveList(runtime: Runtime, request: FileRequest, response: ServerResponse): void {
  answer(response, () => {
    const folder = runtime.directories.resolve(request.allocId, nameOf(request) || '/');
    // Names are bytes: what of them is no text is there all the same.
    const names = withGoErrors('open', folder, () =>
      readdirSync(folder, { encoding: 'buffer' }).sort((a, b) => a.compare(b)),
    );
    return names.map((name) => {
      const place = Buffer.concat([Buffer.from(`${folder}/`), name]);
      return infoOf(name.toString('utf8'), lstatSync(place, { bigint: true }));
    });
  });
}

/** `GET /v1/client/fs/stat/:id` */
export function serveStat(runtime: Runtime, request: FileRequest, response: ServerResponse): void {
  if (nameOf(request) === '') {
    refuse(response, 400, noName);
    return;
  }
  // An agent opens it to guess its type, and waits for somebody who writes.
  if (isPipe(runtime, request)) return;
  answer(response, () => {
    const file = runtime.directories.resolve(request.allocId, nameOf(request));
    const stats = withGoErrors('stat', file, () => statSync(file, { bigint: true }));
    return { ...infoOf(path.basename(file), stats), ContentType: contentTypeOf(file, stats.isFile()) };
  });
}

/** `GET /v1/client/fs/cat/:id`. Errors are bodies with status 200, as with Nomad. */
export async function serveCat(
  runtime: Runtime,
  request: FileRequest,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  await serveRaw(runtime, request, response, signal, { offset: 0, limit: Infinity });
}

/** `GET /v1/client/fs/readat/:id`. Errors are bodies with status 200, as with Nomad. */
export async function serveReadAt(
  runtime: Runtime,
  request: FileRequest,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const offset = parseInteger(String(request.offset ?? ''));
  const limit = readNumber(request.limit, 0);
  let fault: string | undefined;
  if (limit.error !== undefined) fault = `error parsing limit: ${limit.error}`;
  if (offset.error !== undefined) fault = `error parsing offset: ${offset.error}`;
  if (nameOf(request) === '') fault = noName;
  if (fault !== undefined) {
    refuse(response, 200, fault);
    return;
  }
  const wanted = limit.value !== undefined && limit.value > 0 ? limit.value : Infinity;
  await serveRaw(runtime, request, response, signal, { offset: offset.value ?? 0, limit: wanted });
}

/** `GET /v1/client/fs/stream/:id`: frames, followed unless `follow=false`. */
export async function serveStream(
  runtime: Runtime,
  request: FileRequest,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const name = nameOf(request);
  const follow = readFlag(request.follow, true);
  const offset = readNumber(request.offset, 0);
  const origin = String(request.origin ?? '') || 'start';
  let fault: [number, string] | undefined;
  if (origin !== 'start' && origin !== 'end') fault = [400, 'origin must be start or end'];
  if (offset.error !== undefined) fault = [500, `error parsing offset: ${offset.error}`];
  if (follow.error !== undefined) fault = [500, `failed to parse follow field to boolean: ${follow.error}`];
  if (name === '') fault = [400, noName];
  const opened = fault === undefined ? openFile(runtime, request.allocId, name) : undefined;
  if (opened?.error !== undefined) fault = [opened.missingAllocation ? 404 : 400, opened.error];
  if (fault !== undefined || opened?.file === undefined) {
    refuse(response, ...(fault ?? [500, 'no file']));
    return;
  }
  const start = origin === 'end' ? Math.max(0, opened.size - (offset.value ?? 0)) : Math.max(0, offset.value ?? 0);
  response.statusCode = 200;
  // Without anything to send there is nothing to guess a type from.
  if (follow.value === true || start < opened.size) response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  const { file } = opened;
  const prohibited = runtime.directories.prohibition(request.allocId, file, name);
  if (prohibited !== undefined) {
    response.removeHeader('Content-Type');
    refuse(response, 500, prohibited);
    return;
  }
  await finishStream(response, [signal, runtime.signal], async (open) => {
    const frames = new FrameWriter((data) => writeOut(response, data, open), false);
    const rhythm = follow.value === true ? { rhythm: new Rhythm(frames, runtime.clock, open) } : {};
    await streamFile({ file, name, offset: start, frames, ...rhythm });
    await frames.end();
  });
}

async function serveRaw(
  runtime: Runtime,
  request: FileRequest,
  response: ServerResponse,
  signal: AbortSignal,
  { offset, limit }: { offset: number; limit: number },
): Promise<void> {
  const name = nameOf(request);
  const opened = name === '' ? { error: noName } : openFile(runtime, request.allocId, name);
  if (opened.error !== undefined) {
    refuse(response, 200, opened.error);
    return;
  }
  const prohibited = runtime.directories.prohibition(request.allocId, opened.file, name);
  if (prohibited !== undefined) {
    refuse(response, 200, prohibited);
    return;
  }
  if (offset < 0) {
    const place = `seek ${opened.file}: invalid argument`;
    refuse(response, 200, `can't seek to offset ${String(offset)}: ${place}`);
    return;
  }
  const end = Math.min(opened.size, offset + limit);
  response.statusCode = 200;
  if (end > offset) {
    response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('X-XSS-Protection', '1; mode=block');
  }
  response.setHeader('Content-Type', sniffContentType(readPart(opened.file, offset, Math.min(512, end - offset))));
  await finishStream(response, [signal, runtime.signal], async (open) => {
    for (let at = offset; at < end; at += frameBytes) {
      await writeOut(response, readPart(opened.file, at, Math.min(frameBytes, end - at)), open);
    }
  });
}

type Opened =
  | { file: string; size: number; error?: undefined }
  | { file?: undefined; error: string; missingAllocation: boolean };

/** Looks a file up for reading. */
function openFile(runtime: Runtime, allocId: string, name: string): Opened {
  try {
    const file = runtime.directories.resolve(allocId, name);
    const stats = withGoErrors('stat', file, () => statSync(file));
    if (!stats.isDirectory()) return { file, size: stats.size };
    return { error: `file ${JSON.stringify(name)} is a directory`, missingAllocation: false };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { error: error.message, missingAllocation: !runtime.directories.has(allocId) };
  }
}

function readPart(file: string, position: number, length: number): Buffer {
  if (length <= 0) return Buffer.alloc(0);
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, position));
  } finally {
    closeSync(descriptor);
  }
}

function answer(response: ServerResponse, make: () => unknown): void {
  try {
    const body = JSON.stringify(make());
    response.statusCode = 200;
    response.setHeader('Content-Type', 'application/json');
    response.end(body);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    refuse(response, error.missing ? 404 : 500, error.message);
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EACCES: 'permission denied',
  ELOOP: 'too many levels of symbolic links',
};

/** Runs a file operation; its errors get the words that Go has for them. */
function withGoErrors<T>(operation: string, file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new FileError(`${operation} ${file}: ${reasons[code] ?? code}`, code === 'ENOENT');
  }
}

function infoOf(name: string, stats: BigIntStats): FileInfo {
  return {
    Name: name,
    IsDir: stats.isDirectory(),
    Size: Number(stats.size),
    FileMode: modeText(stats),
    ModTime: timeText(stats.mtimeNs),
  };
}

/** A mode as Go writes it: `-rw-r--r--`, `dtrwxrwxrwx`, `Lrwxrwxrwx`. */
function modeText(stats: BigIntStats): string {
  const mode = Number(stats.mode);
  const kinds: readonly (readonly [string, boolean])[] = [
    ['d', stats.isDirectory()],
    ['L', stats.isSymbolicLink()],
    ['D', stats.isBlockDevice() || stats.isCharacterDevice()],
    ['p', stats.isFIFO()],
    ['S', stats.isSocket()],
    ['u', (mode & 0o4000) !== 0],
    ['g', (mode & 0o2000) !== 0],
    ['c', stats.isCharacterDevice()],
    ['t', (mode & 0o1000) !== 0],
  ];
  const kind = kinds.map(([letter, holds]) => (holds ? letter : '')).join('');
  const letters = 'rwxrwxrwx'.replace(/./g, (letter, at: number) => ((mode >> (8 - at)) & 1 ? letter : '-'));
  return (kind || '-') + letters;
}

/** RFC 3339 with nanoseconds, trailing zeros cut. */
function timeText(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const fraction = String(nanoseconds % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** A guess, which goes without the file when that can't be read. Only regular files are opened: a pipe would block. */
function contentTypeOf(file: string, isRegular: boolean): string {
  if (file.endsWith('.json')) return 'application/json';
  let start: Buffer = Buffer.alloc(0);
  try {
    if (isRegular) start = readPart(file, 0, 512);
  } catch {
    // An agent says nothing of it here either.
  }
  return start.length === 0 ? 'application/octet-stream' : sniffContentType(start);
}

const nameOf = (request: FileRequest): string => String(request.path ?? '');

function isPipe(runtime: Runtime, request: FileRequest): boolean {
  try {
    return statSync(runtime.directories.resolve(request.allocId, nameOf(request))).isFIFO();
  } catch {
    return false;
  }
}
