import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { chooseRelay, probeCommand, readProbe, type Relay } from '../../../src/operations/ports/relays.ts';

/** Each that this machine has a program for, as a task is looked into for them. */
export const found = readProbe(spawnSync(probeCommand[0] ?? '', probeCommand.slice(1), { encoding: 'utf8' }).stdout);
export const relays = [...found.programs].flatMap(
  (program) => chooseRelay({ ...found, programs: new Set([program]) }) ?? [],
);
/** It tells when its server closes a connection. */
export const tellsEnd = ({ limit = '' }: Relay) => !limit.startsWith('It doesn’t tell');

/** Bytes of every value, other ones for each seed. */
export function bytesOf(length: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let state = seed + 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

export const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** All that comes until the other side ends. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Ids of what runs in an allocation on this machine, by the environment that its tasks and commands in them have. */
export function processesOf(allocation: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`NOMAD_ALLOC_ID=${allocation}`);
    } catch {
      // It has ended, or is another user's.
      return false;
    }
  });
}
