import { type Simulator, type SimulatorOptions, startSimulator } from '../../../simulator/simulator.ts';
import { FakeClock, turn } from '../../../support/fakeClock.ts';
import { World } from '../../../support/world.ts';

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export interface Caller {
  readonly simulator: Simulator;
  /** It stands still until a test moves it. */
  readonly clock: FakeClock;
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
  /** The parsed body of a `GET`. */
  readonly get: <T>(path: string) => Promise<T>;
  /** Lets time pass until something holds; fails where it does not within minutes of the simulated time. */
  readonly until: (what: string, holds: () => boolean) => Promise<void>;
  /** Lets time pass until something has come, as an answer that takes its time. */
  readonly coming: <T>(awaited: Promise<T>) => Promise<T>;
}

/** In simulated time. */
const limitMs = 600_000;

/** Runs `test` against a simulator of its own, whose time is the test's: also that of its real processes, where it has some. */
export async function withSimulator(options: SimulatorOptions, test: (caller: Caller) => Promise<void>): Promise<void> {
  const world = options.rawExec === true || options.samples === true ? new World() : undefined;
  const clock = world?.clock ?? new FakeClock();
  const coming = async <T>(awaited: Promise<T>): Promise<T> => {
    await passUntilEnded(clock, awaited);
    return awaited;
  };
  let simulator: Simulator | undefined;
  try {
    simulator = await coming(
      startSimulator({ seed: 11, clock, ...(world === undefined ? {} : { outside: world }), ...options }),
    );
    await test({ simulator, clock, coming, ...callsOf(simulator), until: untilOf(clock) });
  } finally {
    await simulator?.close();
    world?.dispose();
  }
}

/** Time passes, timer by timer, until a promise is settled in either way. */
async function passUntilEnded(clock: FakeClock, awaited: Promise<unknown>): Promise<void> {
  const state = { ended: false };
  const end = () => {
    state.ended = true;
  };
  awaited.then(end, end);
  do {
    await clock.advance((clock.nextMs ?? clock.now()) - clock.now());
    await turn();
  } while (!state.ended);
}

function untilOf(clock: FakeClock): Caller['until'] {
  return async (what, holds) => {
    if (!(await clock.until(holds, limitMs))) throw new Error(`Waited in vain for ${what}`);
  };
}

function callsOf(simulator: Simulator): Pick<Caller, 'call' | 'get'> {
  const call: Caller['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(simulator.address + path, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  return { call, get: async <T>(path: string) => JSON.parse((await call('GET', path)).text) as T };
}

export interface EventLine {
  readonly Index?: number;
  readonly Events?: readonly {
    readonly Topic: string;
    readonly Type: string;
    readonly Key: string;
    readonly Payload: Record<string, Record<string, unknown> | boolean>;
  }[];
}

/** The lines of an event stream, until the reader leaves the loop. */
export async function* eventLines(address: string, query = '', token?: string): AsyncGenerator<EventLine> {
  const controller = new AbortController();
  const response = await fetch(`${address}/v1/event/stream${query}`, {
    signal: controller.signal,
    headers: token === undefined ? {} : { 'X-Nomad-Token': token },
  });
  let rest = '';
  try {
    for await (const chunk of response.body ?? []) {
      const lines = (rest + Buffer.from(chunk).toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as EventLine;
    }
  } finally {
    controller.abort();
  }
}
