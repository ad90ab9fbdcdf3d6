import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { Rhythm, sizeOf, streamFile } from './follow.ts';
import { FrameWriter, writeOut } from './frames.ts';
import { finishStream, readFlag, readNumber, refuse, type RawQuery } from './responses.ts';
import { logIndexes } from './rotating-log.ts';
import type { Runtime } from './runtime.ts';

/** `GET /v1/client/fs/logs/:id`. Query values are passed as they came. */
export interface LogsRequest {
  allocId: string;
  task: RawQuery;
  type: RawQuery;
  origin?: RawQuery;
  offset?: RawQuery;
  follow?: RawQuery;
  plain?: RawQuery;
  /** A refusal for what the task did so far has the type that its log would have had, as of an older agent. */
  keepsType?: boolean;
  /** Tasks for which the client has a state. */
  knownTasks: readonly string[];
  /** Whether the task ever started. */
  started: boolean;
}

interface LogPlan {
  task: string;
  type: string;
  origin: string;
  offset: number;
  follow: boolean;
  plain: boolean;
}

/** Answers with a task's log; resolves when the answer has ended. `signal` aborts with the client or the server. */
export async function serveLogs(
  runtime: Runtime,
  request: LogsRequest,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const plan = planOf(runtime, request);
  if ('error' in plan) {
    refuse(response, plan.status, plan.error, plan.type);
    return;
  }
  response.statusCode = 200;
  response.setHeader('Content-Type', logType(plan.plain));
  await finishStream(response, [signal, runtime.signal], (open) => {
    const frames = new FrameWriter((data) => writeOut(response, data, open), plan.plain);
    return streamLogs(runtime, request.allocId, plan, frames, open);
  });
}

function logType(plain: boolean): string {
  return plain ? 'text/plain' : 'application/json';
}

interface Refusal {
  status: number;
  error: string;
  type?: string;
}

/** Checks in Nomad's order, with its words. */
function planOf(runtime: Runtime, request: LogsRequest): LogPlan | Refusal {
  const task = String(request.task ?? '');
  const type = String(request.type ?? '');
  if (task === '') return { status: 400, error: 'must provide task name' };
  const follow = readFlag(request.follow, false);
  if (follow.error !== undefined)
    return { status: 400, error: `failed to parse follow field to boolean: ${follow.error}` };
  const plain = readFlag(request.plain, false);
  if (plain.error !== undefined)
    return { status: 400, error: `failed to parse plain field to boolean: ${plain.error}` };
  if (type !== 'stdout' && type !== 'stderr') return { status: 400, error: 'must provide log type (stdout/stderr)' };
  const offset = readNumber(request.offset, 0);
  if (offset.error !== undefined) return { status: 400, error: `error parsing offset: ${offset.error}` };
  const origin = String(request.origin ?? '') || 'start';
  if (origin !== 'start' && origin !== 'end') return { status: 400, error: 'origin must be start or end' };
  const refusal = refusalOfState(runtime, request, task, type);
  if (refusal !== undefined) {
    return request.keepsType === true ? { ...refusal, type: logType(plain.value) } : refusal;
  }
  return { task, type, origin, offset: offset.value, follow: follow.value, plain: plain.value };
}

function refusalOfState(runtime: Runtime, request: LogsRequest, task: string, type: string): Refusal | undefined {
  if (!request.knownTasks.includes(task)) return { status: 400, error: `unknown task name ${JSON.stringify(task)}` };
  if (!request.started) {
    return { status: 404, error: `task ${JSON.stringify(task)} not started yet. No logs available` };
  }
  if (!runtime.directories.has(request.allocId)) {
    return { status: 404, error: `state for allocation ${request.allocId} not found on client` };
  }
  if (logIndexes(runtime.directories.logs(request.allocId), `${task}.${type}.`).length > 0) return undefined;
  const names = `task ${JSON.stringify(task)} and log type ${JSON.stringify(type)}`;
  return { status: 404, error: `log entry for ${names} not found` };
}

/** Sends one log file after the other; ends with the newest, or never while following. */
async function streamLogs(
  runtime: Runtime,
  allocId: string,
  plan: LogPlan,
  frames: FrameWriter,
  signal: AbortSignal,
): Promise<void> {
  const folder = runtime.directories.logs(allocId);
  const prefix = `${plan.task}.${plan.type}.`;
  const rhythm = plan.follow ? new Rhythm(frames, runtime.clock, signal) : undefined;
  const present = () => (existsSync(folder) ? logIndexes(folder, prefix) : []);
  const end = plan.follow ? Infinity : Math.max(...present());
  let wanted = plan.origin === 'end' ? Infinity : 0;
  let offset = plan.origin === 'end' ? -plan.offset : plan.offset;
  while (!signal.aborted && present().length > 0) {
    const found = findPlace(folder, prefix, present(), wanted, offset);
    if (found.index > end || (plan.follow && found.index < wanted && wanted !== Infinity)) break;
    const atEnd = found.index >= end;
    await streamFile({
      file: path.join(folder, prefix + String(found.index)),
      name: `alloc/logs/${prefix}${String(found.index)}`,
      offset: found.offset,
      frames,
      ...(rhythm !== undefined && { rhythm }),
      superseded: () => present().some((index) => index > found.index),
    });
    if (atEnd) break;
    wanted = found.index + 1;
    offset = 0;
  }
  await frames.end();
}

/** The file and the offset in it of a place in the whole log; a negative offset counts back from the end. */
function findPlace(
  folder: string,
  prefix: string,
  indexes: readonly number[],
  wanted: number,
  desired: number,
): { index: number; offset: number } {
  const size = (at: number) => sizeOf(path.join(folder, prefix + String(indexes[at]))) ?? 0;
  const lastAt = indexes.length - 1;
  const first = indexes.findIndex((index) => index >= wanted);
  let at = first === -1 ? lastAt : first;
  let offset = desired;
  if (offset < 0) {
    while (offset + size(at) < 0 && at > 0) {
      offset += size(at);
      at -= 1;
    }
    return { index: indexes[at] ?? 0, offset: Math.max(0, offset + size(at)) };
  }
  while (offset > size(at) && at < lastAt) {
    offset -= size(at);
    at += 1;
  }
  return { index: indexes[at] ?? 0, offset: Math.min(offset, size(at)) };
}
