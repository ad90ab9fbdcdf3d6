import { connect, type Socket } from 'node:net';
import type { ExecSession } from '../../nomad/sessions/exec.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { runCommand, type RunTarget } from '../exec/runCommand.ts';
import type { RelayWay } from './findRelay.ts';
import { joinRelay } from './joinRelay.ts';
import type { Join } from './portForward.ts';
import { RelayKeeper, type Patience } from './relayKeeper.ts';

/** Where a port can be reached on its node. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const connectMs = 1500;
const killMs = 5000;

/** Whether a connection to an address can be made from here. Never rejects but with the signal's reason. */
export async function isReachable({ host, port }: Address, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const limit = AbortSignal.any([signal, AbortSignal.timeout(connectMs)]);
    const end = (is: boolean) => {
      limit.removeEventListener('abort', onAbort);
      socket.destroy();
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(is);
    };
    const onAbort = () => {
      end(false);
    };
    limit.addEventListener('abort', onAbort);
    socket.on('connect', () => {
      end(true);
    });
    socket.on('error', () => {
      end(false);
    });
  });
}

/** Joins connections with the port of the node. */
export function directly({ host, port }: Address): Join {
  return (socket) =>
    new Promise((resolve) => {
      const other = connect({ host, port, allowHalfOpen: true, noDelay: true });
      let failure: string | undefined;
      other.on('error', (error) => {
        failure = error.message;
      });
      other.on('close', () => {
        if (failure !== undefined) socket.resetAndDestroy();
        resolve(failure);
      });
      socket.on('close', () => {
        other.destroy();
      });
      pipe(socket, other);
      pipe(other, socket);
    });
}

function pipe(from: Socket, to: Socket): void {
  from.pipe(to);
}

/** What connections through relays need of the session's owner. */
export interface Relaying {
  /** That of the moment, as the connection may be made anew. */
  readonly client: () => PlacedClient;
  /** Keeps track of a session, so that it ends with its window. */
  readonly track: (session: ExecSession) => ExecSession;
  /** The usual one where undefined. */
  readonly patience?: Patience | undefined;
}

/** Joins connections with a port within an allocation, each through a relay of its own. */
export function throughRelay(target: RunTarget, port: number, way: RelayWay, relaying: Relaying): Join {
  const { client, track, patience } = relaying;
  const { allocation, task, place } = target;
  const open = (command: readonly string[]) =>
    track(client().allocations.exec(allocation, { task, command: [...command], tty: false, ...place }));
  const keeper = new RelayKeeper({ open, patience });
  const join = async (socket: Socket) => {
    let kept: readonly number[] = [];
    const { failure, leftBehind } = await joinRelay(socket, open(way.relay.command(way.host, port)), (pids) => {
      kept = pids;
      keeper.keep(pids);
    });
    const isDone = leftBehind.length === 0 || (await endProcesses(client(), target, leftBehind));
    if (isDone) keeper.release(kept);
    return isDone ? failure : (failure ?? `its relay may still run in task ${task} (process ${leftBehind.join(', ')})`);
  };
  return Object.assign(join, {
    dispose: () => {
      keeper.dispose();
    },
  });
}

/**
 * A relay waits for its other side, which may never notice that nobody listens any more.
 *
 * @returns whether it was done
 */
async function endProcesses(client: PlacedClient, target: RunTarget, pids: readonly number[]): Promise<boolean> {
  const command = ['/bin/sh', '-c', 'kill "$@" 2>/dev/null; exit 0', 'kill', ...pids.map(String)];
  const { end } = await runCommand(client, target, { command, keepBytes: 1024 }, AbortSignal.timeout(killMs));
  return end.kind === 'exited';
}
