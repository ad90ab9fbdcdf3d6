import type { Socket } from 'node:net';
import { systemClock } from '../../base/clock.ts';
import { Lifetime } from '../../base/lifetime.ts';
import type { ExecSession } from '../../nomad/sessions/exec.ts';
import { endMark, pidMark } from './relays.ts';

/** How a connection through a relay went. */
export interface Joined {
  /** What the relay said where it could not connect, or why its session was lost; nothing where all went well. */
  readonly failure?: string | undefined;
  /** Processes of the relay that may still wait, since their other side has not ended. */
  readonly leftBehind: readonly number[];
}

const maxWaitingBytes = 512 * 1024;
const maxSaidLength = 4096;
/** Between the end of all input and that of a relay whose other side knows it. */
const endMs = 2000;

/**
 * Passes bytes on between a connection and a relay's session, either direction at the pace of who takes it. The end of one
 * direction is passed on as such. Resolves when both are over; never rejects. Ended by ending either.
 *
 * @param onProcesses takes the ids of the relay's processes once they are known
 */
export function joinRelay(
  socket: Socket,
  session: ExecSession,
  onProcesses: (pids: readonly number[]) => void,
): Promise<Joined> {
  return new Promise((resolve) => {
    new Join(socket, session, { resolve, onProcesses }).start();
  });
}

interface Told {
  readonly resolve: (joined: Joined) => void;
  readonly onProcesses: (pids: readonly number[]) => void;
}

class Join {
  readonly #socket: Socket;
  readonly #session: ExecSession;
  readonly #told: Told;
  readonly #life = new Lifetime();
  #said = '';
  #received = 0;
  /** How many bytes there are in all, where the relay has said so. */
  #expected: number | undefined;
  #pids: number[] = [];
  #over = false;

  constructor(socket: Socket, session: ExecSession, told: Told) {
    this.#socket = socket;
    this.#session = session;
    this.#told = told;
  }

  start(): void {
    const socket = this.#socket;
    const session = this.#session;
    socket.on('data', (data) => {
      session.write(data);
      if (session.waitingInput > maxWaitingBytes) socket.pause();
    });
    this.#life.own(session.onInputTaken(() => socket.resume()));
    socket.on('end', () => {
      session.closeStdin();
    });
    // Its cause is of no use; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closed();
    });
    socket.on('drain', () => {
      session.resume();
    });
    this.#life.own(
      session.onOutput(({ stream, data }) => {
        if (stream === 'stdout') this.#take(data);
        else this.#hear(Buffer.from(data).toString('latin1'));
      }),
    );
    this.#life.own(
      session.onEnd((end) => {
        const isWell = end.kind === 'exited' && (end.exitCode === 0 || this.#received > 0);
        if (isWell) socket.end();
        // What broke off must not look like an end, and a connection that could not be made is refused, as without us.
        else socket.resetAndDestroy();
        // Some say nothing where nobody listens.
        const why =
          end.kind === 'closed'
            ? end.error.message
            : `its relay could not connect, or was ended (exit code ${String(end.exitCode)})`;
        this.#finish(isWell ? undefined : (this.#failure() ?? why));
      }),
    );
  }

  #take(data: Uint8Array): void {
    this.#received += data.byteLength;
    if (this.#socket.writable && !this.#socket.write(data)) this.#session.pause();
    this.#endOutput();
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-maxSaidLength);
    const pids = new RegExp(`${pidMark}((?: \\d+)+)\\n`).exec(this.#said)?.[1];
    if (pids !== undefined && this.#pids.length === 0) {
      this.#pids = pids.trim().split(' ').map(Number);
      this.#told.onProcesses(this.#pids);
    }
    const end = new RegExp(`${endMark}(?: (\\d+))?\\n`).exec(this.#said);
    if (end === null) return;
    if (end[1] === undefined) {
      // Its output may still be on the way; Nomad tells of the end of the command behind it, once nothing can be read.
      this.#session.closeStdin();
      return;
    }
    this.#expected = Number(end[1]);
    this.#endOutput();
  }

  #endOutput(): void {
    if (this.#expected !== undefined && this.#received >= this.#expected && !this.#socket.writableEnded)
      this.#socket.end();
  }

  /** Nobody is there for what still comes. */
  #closed(): void {
    if (this.#over) return;
    this.#session.closeStdin();
    this.#session.resume();
    this.#life.own(
      systemClock.timer(endMs, () => {
        this.#session.dispose();
        this.#finish(undefined);
      }),
    );
  }

  #failure(): string | undefined {
    const said = this.#said.split('\n').filter((line) => line !== '' && !line.startsWith('nomad-workbench:'));
    return said.at(-1);
  }

  #finish(failure: string | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#life.dispose();
    const ended = this.#expected !== undefined || this.#said.includes(endMark);
    this.#told.resolve({ failure, leftBehind: ended ? [] : this.#pids });
  }
}
