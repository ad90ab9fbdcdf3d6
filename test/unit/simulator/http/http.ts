import { type Simulator, type SimulatorOptions, startSimulator } from '../../../simulator/simulator.ts';

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export interface Caller {
  readonly simulator: Simulator;
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
  /** The parsed body of a `GET`. */
  readonly get: <T>(path: string) => Promise<T>;
}

/** Runs `test` against a simulator of its own. */
export async function withSimulator(options: SimulatorOptions, test: (caller: Caller) => Promise<void>): Promise<void> {
  const simulator = await startSimulator({ seed: 11, speed: 50, ...options });
  const call: Caller['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(simulator.address + path, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  try {
    await test({ simulator, call, get: async <T>(path: string) => JSON.parse((await call('GET', path)).text) as T });
  } finally {
    await simulator.close();
  }
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
