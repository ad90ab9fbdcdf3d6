import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { NomadClient } from '../../../src/nomad/client.ts';
import type { ExecEnd, ExecOptions, ExecSession } from '../../../src/nomad/sessions/exec.ts';
import { afterTest, serve } from './servers.ts';

export const secret = '5ec4e700-0000-4000-8000-00000000beef';

export type Frame = Record<string, unknown>;
export type Script = (socket: WebSocket, frame: Frame | 'open', request: IncomingMessage) => void;

export interface Run {
  session: ExecSession;
  sent: Frame[];
  requests: IncomingMessage[];
  output: { stdout: string; stderr: string };
  ends: ExecEnd[];
}

/** Starts a session against a server that answers frames as `script` says. */
export async function run(script: Script, options: Partial<ExecOptions> = {}): Promise<Run> {
  const server = await serve((_, response) => response.end());
  const sockets = new WebSocketServer({ server: server.server });
  const sent: Frame[] = [];
  const requests: IncomingMessage[] = [];
  sockets.on('connection', (socket, request) => {
    requests.push(request);
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame;
      sent.push(frame);
      script(socket, frame, request);
    });
    script(socket, 'open', request);
  });
  return { ...begin(server.address, options), sent, requests };
}

export function begin(address: string, options: Partial<ExecOptions>): Omit<Run, 'sent' | 'requests'> {
  const client = new NomadClient({ address, token: secret, namespace: 'web' });
  const session = client.allocations.exec('a/1', {
    task: 't',
    command: ['/bin/sh', '-c', 'x y'],
    tty: true,
    ...options,
  });
  const output = { stdout: '', stderr: '' };
  const ends: ExecEnd[] = [];
  session.onOutput(({ stream, data }) => {
    output[stream] += Buffer.from(data).toString('latin1');
  });
  session.onEnd((end) => ends.push(end));
  afterTest(() => {
    session.dispose();
    client.dispose();
  });
  return { session, output, ends };
}

export function send(socket: WebSocket, ...frames: Frame[]): void {
  for (const frame of frames) socket.send(JSON.stringify(frame));
}

export const data = (text: string) => ({ data: Buffer.from(text, 'latin1').toString('base64') });
export const closed = { close: true };

/** Drops the connection without a close frame, once all is sent, as Nomad does after an exit. */
export function drop(socket: WebSocket): void {
  socket.send('{}', () => {
    socket.terminate();
  });
}

export async function closedWith(
  end: Promise<ExecEnd>,
): Promise<{ kind: string; body: string | undefined; message: string }> {
  const result = await end;
  assert.equal(result.kind, 'closed');
  return { kind: result.error.kind, body: result.error.body, message: result.error.message };
}
