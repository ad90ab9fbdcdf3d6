import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { systemClock, type Clock } from '../../../../src/base/clock.ts';
import { handleExec, type ExecContext, type ExecParameters } from '../../../simulator/runtime/exec.ts';
import { Runtime, type RunningTask, type TaskReport, type TaskSpec } from '../../../simulator/runtime/runtime.ts';

export const allocId = '3e083cfd-b520-b293-ee2b-e5ff037bedaf';

export function makeRuntime(clock: Clock = systemClock, rawExec = true): Runtime {
  return new Runtime({ rawExec, clock, random: () => 0.5 });
}

/** A task of one allocation; `task` overrides any field of the jobspec's task. */
export function specOf(task: Partial<TaskSpec['task']>, more: Partial<TaskSpec> = {}): TaskSpec {
  return {
    allocation: {
      ID: allocId,
      Name: 'web.app[2]',
      Namespace: 'default',
      JobID: 'web',
      TaskGroup: 'app',
      NodeID: 'd5d2e8a0-0000-4000-8000-000000000001',
      NodeName: 'node-1',
      Index: 2,
    },
    jobName: 'web',
    jobType: 'service',
    datacenter: 'dc1',
    region: 'global',
    task: { Name: 'server', Driver: 'raw_exec', ...task },
    meta: {},
    ...more,
  };
}

/** A raw_exec task that runs a shell script. */
export const shell = (script: string, more: Partial<TaskSpec['task']> = {}): TaskSpec =>
  specOf({ Config: { command: '/bin/sh', args: ['-c', script] }, ...more });

export interface Watched {
  task: RunningTask;
  reports: TaskReport[];
  /** Resolves with the first report of a kind. */
  until: <K extends TaskReport['kind']>(kind: K) => Promise<Extract<TaskReport, { kind: K }>>;
}

/** Starts a task and keeps its reports. */
export function watch(runtime: Runtime, spec: TaskSpec): Watched {
  const reports: TaskReport[] = [];
  const waiting = new Set<() => void>();
  const task = runtime.start(spec, (report) => {
    reports.push(report);
    for (const look of [...waiting]) look();
  });
  const until = <K extends TaskReport['kind']>(kind: K) =>
    new Promise<Extract<TaskReport, { kind: K }>>((resolve) => {
      const look = () => {
        const found = reports.find((report) => report.kind === kind);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found as Extract<TaskReport, { kind: K }>);
      };
      waiting.add(look);
      look();
    });
  return { task, reports, until };
}

export interface Answer {
  status: number;
  type: string;
  body: Buffer;
}

export interface Serving {
  /** The whole answer of a request. */
  read: () => Promise<Answer>;
  /** A request whose body is read piece by piece. */
  open: () => Promise<IncomingMessage>;
  close: () => Promise<void>;
}

/** Serves one handler on a free port of this machine. */
export async function serve(handle: (response: ServerResponse) => unknown): Promise<Serving> {
  const server = createServer((_, response) => {
    handle(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const open = async () => {
    const [response] = (await once(get({ host: '127.0.0.1', port, agent: false }), 'response')) as [IncomingMessage];
    return response;
  };
  return {
    open,
    read: async () => {
      const response = await open();
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      return {
        status: response.statusCode ?? 0,
        type: response.headers['content-type'] ?? '',
        body: Buffer.concat(parts),
      };
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers one request with a handler. */
export async function ask(handle: (response: ServerResponse) => unknown): Promise<Answer> {
  const serving = await serve(handle);
  try {
    return await serving.read();
  } finally {
    await serving.close();
  }
}

export interface Frame {
  Data?: string;
  File?: string;
  FileEvent?: string;
  Offset?: number;
}

/** Splits frames that follow each other without a separator. */
export function framesOf(body: string): Frame[] {
  const texts = body.split(/(?<=\})(?=\{)/);
  return body === '' ? [] : texts.map((text) => JSON.parse(text) as Frame);
}

export const dataOf = (frames: readonly Frame[]): string =>
  Buffer.concat(frames.map((frame) => Buffer.from(frame.Data ?? '', 'base64'))).toString();

export interface ExecFrame {
  stdout?: { data?: string; close?: true };
  stderr?: { data?: string; close?: true };
  exited?: true;
  result?: { exit_code?: number };
}

export interface ExecClient {
  socket: WebSocket;
  frames: ExecFrame[];
  /** Bytes of all data frames of a stream. */
  bytes(stream: 'stdout' | 'stderr'): Buffer;
  send(frame: object | string): void;
  type(text: string): void;
  /** Resolves once the output of a stream holds `text`. */
  shows(text: string, stream?: 'stdout' | 'stderr'): Promise<void>;
  /** Resolves with the end of the connection. */
  closed: Promise<{ code: number; reason: string }>;
}

export interface ExecStage {
  connect(
    parameters: Partial<ExecParameters> & { words?: string[] },
    context?: Partial<ExecContext>,
  ): Promise<ExecClient>;
  close: () => Promise<void>;
}

/** A WebSocket server on this machine whose sessions are served by {@link handleExec}. */
export async function execStage(runtime: Runtime, drop?: () => boolean): Promise<ExecStage> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    connect: async ({ words, ...parameters }, context = {}) => {
      server.once('connection', (socket) => {
        const command = words === undefined ? '' : JSON.stringify(words);
        const full = { allocId, task: 'server', command, tty: 'false', ...parameters };
        handleExec(runtime, socket, full, { lookup: () => ({}), ...context }, drop);
      });
      return watchSocket(new WebSocket(`ws://127.0.0.1:${String(port)}`));
    },
    close: async () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

async function watchSocket(socket: WebSocket): Promise<ExecClient> {
  const frames: ExecFrame[] = [];
  const looks = new Set<() => void>();
  socket.on('error', () => undefined);
  socket.on('message', (raw: Buffer) => {
    frames.push(JSON.parse(raw.toString()) as ExecFrame);
    for (const look of [...looks]) look();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
    });
  });
  await once(socket, 'open');
  const bytes = (stream: 'stdout' | 'stderr') =>
    Buffer.concat(frames.map((frame) => Buffer.from(frame[stream]?.data ?? '', 'base64')));
  return {
    socket,
    frames,
    bytes,
    closed,
    send: (frame) => {
      socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    },
    type: (text) => {
      socket.send(JSON.stringify({ stdin: { data: Buffer.from(text).toString('base64') } }));
    },
    shows: (text, stream = 'stdout') =>
      new Promise((resolve) => {
        const look = () => {
          if (!bytes(stream).includes(text)) return;
          looks.delete(look);
          resolve();
        };
        looks.add(look);
        look();
      }),
  };
}

/** True while a process runs; one that has ended and only waits to be collected does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves once a condition holds; the test's time limit ends a wait that is in vain. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets something happen that should not; there is no event to wait for. */
export const shortWhile = (ms = 50): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
