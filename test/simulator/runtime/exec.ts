import type { RawData, WebSocket } from 'ws';
import { readCommand, readHandshake, textOf } from './exec-frames.ts';
import { startProcess } from './exec-process.ts';
import { ExecSession } from './exec-session.ts';
import type { Runtime } from './runtime.ts';
import type { TaskRun } from './task.ts';
import { parseBool } from './strconv.ts';

export interface ExecParameters {
  allocId: string;
  task: string;
  /** JSON list of the command's words, as the URL gave it. */
  command: string;
  /** As the URL gave it; empty is false. */
  tty: string;
  /** `ws_handshake` as the URL gave it; empty is false. */
  handshake?: string;
  /** The token of the request's headers. */
  headerToken?: string;
}

export interface ExecError {
  /** 1011 for what Nomad counts as its own fault, 1008 otherwise. */
  code: number;
  reason: string;
}

export interface ExecContext {
  /** Looks the allocation and the task up with the session's token, and says why they can't be used. */
  lookup(token: string): { error?: ExecError };
}

const internalError = 1011;
const policyViolation = 1008;
// A close frame has no room for more; Nomad then sends none.
const maxReasonBytes = 123;

/**
 * Serves one exec or action session on an open WebSocket.
 *
 * `drop` is asked before every frame; when it answers true the connection is cut as by a broken network.
 */
export function handleExec(
  runtime: Runtime,
  socket: WebSocket,
  parameters: ExecParameters,
  context: ExecContext,
  drop: () => boolean = () => false,
): void {
  runtime.adopt(socket);
  // A broken connection is seen by its close; without a listener the error would end the program.
  socket.on('error', () => undefined);
  const command = readCommand(parameters.command);
  if (command.error !== undefined) {
    closeAndLeaveOpen(socket, internalError, command.error);
    return;
  }
  const tty = parseBool(parameters.tty === '' ? 'false' : parameters.tty);
  if (tty.error !== undefined) {
    closeAndLeaveOpen(socket, internalError, `tty value is not a boolean: ${tty.error}`);
    return;
  }
  const handshake = parseBool(
    parameters.handshake === undefined || parameters.handshake === '' ? 'false' : parameters.handshake,
  );
  if (handshake.error !== undefined) {
    closeAndLeaveOpen(socket, policyViolation, `ws_handshake value is not a boolean: ${handshake.error}`);
    return;
  }
  const begin = (token: string) => {
    const error = startSession(
      runtime,
      socket,
      { ...parameters, words: command.command, terminal: tty.value, token },
      context,
      drop,
    );
    if (error !== undefined) closeWith(socket, error.code, error.reason);
  };
  if (handshake.value) awaitHandshake(socket, parameters.headerToken ?? '', begin);
  else begin(parameters.headerToken ?? '');
}

/** The first frame of the client carries its token. A silent client is waited for. */
function awaitHandshake(socket: WebSocket, headerToken: string, begin: (token: string) => void): void {
  socket.once('message', (raw: RawData) => {
    const { token, error } = readHandshake(textOf(raw));
    if (error !== undefined) {
      closeAndLeaveOpen(socket, policyViolation, error);
    } else if (headerToken !== '' && token !== headerToken) {
      closeAndLeaveOpen(socket, policyViolation, 'handshake auth token mismatched auth header token');
    } else {
      begin(token);
    }
  });
}

interface SessionRequest extends ExecParameters {
  words: string[];
  terminal: boolean;
  token: string;
}

/** Starts the process and connects it to the socket, or says why not. */
function startSession(
  runtime: Runtime,
  socket: WebSocket,
  request: SessionRequest,
  context: ExecContext,
  drop: () => boolean,
): ExecError | undefined {
  if (request.task === '') return { code: policyViolation, reason: 'must provide task name' };
  const { error } = context.lookup(request.token);
  if (error !== undefined) return error;
  if (request.words.length === 0) return { code: policyViolation, reason: 'command is not present' };
  const run = runtime.running(request.allocId, request.task);
  if (run?.running !== true) {
    return { code: policyViolation, reason: `task ${JSON.stringify(request.task)} is not running.` };
  }
  if (run.surroundings === undefined) {
    const driver = JSON.stringify(run.driver);
    return { code: internalError, reason: `the simulator has no process for driver ${driver}; use raw_exec` };
  }
  const failure = runBeside(runtime, run, run.surroundings, new ExecSession(socket, request.terminal, drop), request);
  return failure === undefined
    ? undefined
    : { code: internalError, reason: `rpc error: code = Unknown desc = failed to start command: ${failure}` };
}

/** Starts the command beside its task, whose end is its end too. Answers why it can't be started. */
function runBeside(
  runtime: Runtime,
  run: TaskRun,
  { folder, environment }: { folder: string; environment: Record<string, string> },
  session: ExecSession,
  { words, terminal }: SessionRequest,
): string | undefined {
  const command = {
    command: words,
    folder,
    environment: terminal ? { ...environment, TERM: 'xterm' } : environment,
    processes: runtime.processes,
    outside: runtime.outside,
  };
  const { process, error } = startProcess(command, terminal, session);
  if (process === undefined) return error;
  session.attach(process);
  session.onEnd(() => {
    run.sessions.release(session);
  });
  run.sessions.own(session);
  return undefined;
}

/** Sends a close frame and lets the connection end. */
export function closeWith(socket: WebSocket, code: number, reason: string): void {
  if (Buffer.byteLength(reason) > maxReasonBytes) socket.terminate();
  else socket.close(code, reason);
}

/**
 * Sends a close frame but leaves the connection open, as Nomad does after an error in the parameters: a client that
 * waits for the server's end waits long. A client's answer is not read, so that this side does not end either.
 */
function closeAndLeaveOpen(socket: WebSocket, code: number, reason: string): void {
  closeWith(socket, code, reason);
  socket.pause();
}
