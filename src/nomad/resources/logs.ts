import { NomadError, isNomadError } from '../http/errors.ts';
import { jsonObjects, readWithBytes, type WithBytes } from './frames.ts';
import { readRequest, segment } from '../http/query.ts';
import type { NomadRequest, Query } from '../http/query.ts';
import { maybe, number, object, text } from '../http/shape.ts';
import type { Transport } from '../http/transport.ts';
import type { FileEvent, StreamFrame } from '../types/file.ts';

/** How to read a file, or a task's log, that may grow. */
export interface FollowOptions {
  /** Waits for more at the end. */
  follow?: boolean | undefined;
  /** In bytes from `origin`. From the end, 0 means the whole of a log's last file, so ask for at least 1. */
  offset?: number | undefined;
  /** Where `offset` counts from; the start where undefined. */
  origin?: 'start' | 'end' | undefined;
  namespace?: string | undefined;
  region?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Tells each sign of life as well, which comes once a second: a part without data, file and event. */
  heartbeats?: boolean | undefined;
}

export interface LogOptions extends FollowOptions {
  task: string;
  /** Which of the task's two logs. */
  type: 'stdout' | 'stderr';
  /**
   * Sends the bytes as they are. Then nothing tells a quiet log from a lost connection, or what happens to its file.
   */
  plain?: boolean | undefined;
}

/** A part of a file that is read as a stream. */
export interface FilePart {
  /** May begin and end in the middle of a character; empty where only something happened to the file. */
  data: Uint8Array;
  /** Relative to the allocation's directory. */
  file?: string | undefined;
  /**
   * The position after the first of the reads that `data` was put together of, 65,536 bytes at most each; in a part that
   * follows one of that size, less exact still. To go on later, count bytes instead.
   */
  offset?: number | undefined;
  /** What happened to the file, before `data`. Most truncations are told twice, the second time without data. */
  event?: FileEvent | undefined;
}

/** Frames carry at most 64 KiB of data. */
const maxFrameBytes = 4 * 1024 * 1024;
const frameShape = object({ Data: maybe(text), File: maybe(text), Offset: maybe(number), FileEvent: maybe(text) });
/** While following, an agent sends a heartbeat every second. */
const idleTimeoutMs = 30_000;
/** The longest that a timer can take. */
const endlessMs = 2 ** 31 - 1;

/** The parts of `GET /v1/client/fs/logs/:id`; see `AllocationsApi.logParts`. */
export async function* logParts(
  transport: Transport,
  allocationId: string,
  options: LogOptions,
): AsyncGenerator<FilePart> {
  const { task, type, plain = false } = options;
  const path = `/v1/client/fs/logs/${segment('allocation id', allocationId)}`;
  // Framed by default, since a plain log that is followed sends no headers before its first byte.
  yield* fileParts(transport, path, options, { task, type }, { plain });
}

/** The data of a log; see `AllocationsApi.logs`. */
export async function* logChunks(
  transport: Transport,
  allocationId: string,
  options: LogOptions,
): AsyncGenerator<Uint8Array> {
  for await (const { data } of logParts(transport, allocationId, options)) if (data.byteLength > 0) yield data;
}

/** Reads a stream of frames, or of bytes; an abort of the signal ends it without an error. */
export async function* fileParts(
  transport: Transport,
  path: string,
  options: FollowOptions,
  query: Query,
  { plain }: { plain?: boolean } = {},
): AsyncGenerator<FilePart> {
  const { follow = false, offset, origin, signal } = options;
  const common = { namespace: options.namespace, region: options.region, signal };
  const request = readRequest(path, common, { ...query, follow, offset, origin, plain });
  const limits = plain === true ? { timeoutMs: endlessMs } : { idleTimeoutMs };
  try {
    const wanted = { plain: plain === true, heartbeats: options.heartbeats === true };
    yield* parts(transport, { ...request, ...(follow ? limits : {}) }, wanted);
  } catch (error) {
    if (signal?.aborted === true) return;
    if (follow && isNomadError(error, 'timeout')) {
      throw new NomadError('closed', 'The stream fell silent.', { path: request.path });
    }
    throw error;
  }
}

async function* parts(
  transport: Transport,
  request: NomadRequest,
  { plain, heartbeats }: { plain: boolean; heartbeats: boolean },
): AsyncGenerator<FilePart> {
  const { chunks } = await transport.stream(request);
  if (plain) {
    for await (const data of chunks) yield { data };
    return;
  }
  for await (const { rest: frame, bytes } of jsonObjects(chunks, maxFrameBytes, readFrame)) {
    const wrong = frameShape(frame)?.replace(/^[. ]/, '');
    if (wrong !== undefined) {
      throw new NomadError('decode', `A frame of the stream can't be read: ${wrong}.`, { path: request.path });
    }
    const { Data, File, Offset, FileEvent } = frame as StreamFrame;
    const data = bytes ?? (typeof Data === 'string' ? Buffer.from(Data, 'base64') : new Uint8Array(0));
    if (data.byteLength > 0 || (FileEvent ?? '') !== '') yield { data, file: File, offset: Offset, event: FileEvent };
    else if (heartbeats && (File ?? '') === '') yield { data };
  }
}

function readFrame(frame: Buffer): WithBytes {
  return readWithBytes(frame, 'Data');
}
