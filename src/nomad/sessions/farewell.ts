import { systemClock } from '../../base/clock.ts';
import { Lifetime } from '../../base/lifetime.ts';
import { parseFrame, stdinFrame } from './execFrames.ts';
import type { SessionSocket } from './socket.ts';

export interface FarewellOptions {
  readonly tty: boolean;
  /** Whether the socket is open already; one that isn't may just be starting the command. */
  readonly open: boolean;
  readonly inputClosed: boolean;
}

/** How long a command whose session is given up may take to end. */
const farewellMs = 2000;
/** From ctrl-C to ctrl-D, and to the next: a terminal drops the input that is waiting when it is interrupted. */
const interruptMs = 100;
const interrupt = '\u0003';
const endOfInput = '\u0004';

/**
 * Asks the command of a session that is given up to end, since Nomad lets it outlive its client: with ctrl-C and ctrl-D
 * on a terminal, else with the end of its input. Takes the socket over and closes it when the command ended, or after
 * two seconds: whether it ends is up to the command.
 *
 * @returns when the socket is closed; never rejects, can't be cancelled
 */
export function sayFarewell(socket: SessionSocket, { tty, open, inputClosed }: FarewellOptions): Promise<void> {
  return new Promise((resolve) => {
    const life = new Lifetime();
    life.onEnd(resolve);
    life.own(socket);
    const end = () => {
      life.dispose();
    };
    life.own(socket.onEnd(end));
    life.own(
      socket.onMessage((text) => {
        if (parseFrame(text).exited === true) end();
      }),
    );
    // A socket that never opens is not waited for either.
    const opening = life.own(systemClock.timer(farewellMs, end));
    const speak = () => {
      life.release(opening);
      life.own(systemClock.timer(farewellMs, end));
      socket.resume();
      if (tty) interruptAgain(socket, life);
      else if (!inputClosed) socket.send(JSON.stringify({ stdin: { close: true } }));
    };
    if (open) speak();
    else life.own(socket.onOpen(speak));
  });
}

/** Ctrl-D more than once: a shell that is busy with the interrupt misses the first one, and shells may be nested. */
function interruptAgain(socket: SessionSocket, life: Lifetime): void {
  const type = (key: string) => {
    socket.send(stdinFrame(Buffer.from(key)));
  };
  const endInput = () => {
    life.own(
      systemClock.timer(interruptMs, () => {
        type(endOfInput);
        endInput();
      }),
    );
  };
  type(interrupt);
  endInput();
}
