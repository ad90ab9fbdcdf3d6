import type { NomadEvent } from '../../../../src/nomad/types/event.ts';
import { normal } from './compare.ts';
import { Call } from './exchange.ts';
import type { Received } from './exchange.ts';
import { compareShape, isObject } from './shape.ts';
import type { Kinds, Shape } from './shape.ts';

interface RecordedEvent {
  /** Topic and type. */
  readonly of: string;
  readonly key: string;
  readonly namespace: string;
  readonly keys: readonly string[] | null;
  /** What the payload says of the state; not all payloads were kept. */
  readonly state?: readonly unknown[];
}

/** The frames of a recorded stream. */
export interface RecordedEvents {
  /** The topics of what had happened before, where those events were left out. */
  readonly backlog: readonly string[] | null;
  readonly heartbeats: number;
  readonly lines: readonly (readonly RecordedEvent[])[];
}

export type Payloads = Readonly<Record<string, Shape>>;

/** A stream that is being read. */
export interface Heard {
  /** The index of the cluster when it was opened. */
  readonly since: number;
  /** All that was sent so far. */
  read(): Promise<Received>;
  close(): void;
}

/** Opens a stream and reads it until it is closed; resolves with the head of the answer. */
export async function hear(port: number, path: string, headers: Record<string, string>, since: number): Promise<Heard> {
  const call = new Call(port, { method: 'GET', path, headers });
  await call.taken();
  await call.begun;
  return {
    since,
    read: async () => {
      await call.read();
      return call.received();
    },
    close: () => {
      call.close();
    },
  };
}

interface Line {
  readonly Index?: number;
  readonly Events?: readonly NomadEvent[];
}

/** How the frames of a stream differ from the recorded ones. */
export class EventComparison {
  readonly #recorded: RecordedEvents;
  readonly #payloads: Payloads;
  readonly #kinds: Kinds;
  readonly #since: number;
  readonly #lines: readonly Line[];
  readonly #mostHeartbeats: number;

  constructor(
    recorded: RecordedEvents,
    payloads: Payloads,
    kinds: Kinds,
    since: number,
    text: string,
    mostHeartbeats = recorded.heartbeats,
  ) {
    this.#mostHeartbeats = mostHeartbeats;
    this.#recorded = recorded;
    this.#payloads = payloads;
    this.#kinds = kinds;
    this.#since = since;
    this.#lines = text.split('\n').flatMap((line, i, all) => (i === all.length - 1 ? [] : [JSON.parse(line) as Line]));
  }

  /** One line each. */
  differences(): string[] {
    return [...this.#beginning(), ...this.#shapes(), ...this.#order(), ...this.#histories()];
  }

  #beginning(): string[] {
    const { backlog, heartbeats, lines } = this.#recorded;
    const found: string[] = [];
    const [first] = this.#lines;
    if (first === undefined || Object.keys(first).length > 0) found.push(`first: ${JSON.stringify(first)}`);
    const beats = this.#lines.filter((line) => Object.keys(line).length === 0).length;
    if (beats < heartbeats || beats > this.#mostHeartbeats)
      found.push(`heartbeats: ${String(beats)} instead of ${String(heartbeats)}`);
    if (backlog === null) return found;
    const early = this.#events.filter(({ Index }) => Index <= this.#since);
    const topics = [...new Set(early.map(({ Topic }) => Topic))];
    if (early.length === 0) found.push('backlog: none');
    const known = new Set([...backlog, ...lines.flat().map(({ of }) => of.split(' ')[0])]);
    const others = topics.filter((topic) => !known.has(topic));
    if (others.length > 0) found.push(`backlog: also ${others.join(', ')}`);
    return found;
  }

  get #events(): NomadEvent[] {
    return this.#lines.flatMap(({ Events }) => Events ?? []);
  }

  /** The lines of what happened while the stream was open, or of all where nothing was left out. */
  get #own(): RecordedEvent[][] {
    const lines = this.#lines.flatMap(({ Index, Events }) => {
      const isIn = this.#recorded.backlog === null || (Index ?? 0) > this.#since;
      return isIn && Events !== undefined ? [Events.map(asRecorded)] : [];
    });
    return lines;
  }

  #shapes(): string[] {
    const found = new Set<string>();
    for (const line of this.#lines) {
      const { Index, Events } = line;
      const names = Object.keys(line).sort().join();
      if (names !== '' && names !== 'Events,Index') found.add(`line: ${names}`);
      for (const event of Events ?? []) {
        const { Topic } = event;
        const fields = Object.keys(event).sort().join();
        if (fields !== 'FilterKeys,Index,Key,Namespace,Payload,Topic,Type') found.add(`event: ${fields}`);
        if (event.Index !== Index) found.add('index: not that of the line');
        const shape = this.#payloads[payloadName(event)];
        if (shape === undefined) continue;
        for (const line of compareShape(shape, event.Payload, this.#kinds, '', Topic))
          found.add(`${payloadName(event)} ${line}`);
      }
    }
    return [...found];
  }

  /** What a server does comes in the order in which it does it; what a client tells of, when it gets to. */
  #order(): string[] {
    const [was, is] = [this.#recorded.lines, this.#own].map((lines) =>
      lines.flatMap((line) => {
        const events = line
          .filter(({ of }) => !isReport(of))
          .map(labelOf)
          .sort();
        return events.length === 0 ? [] : [events.join(' + ')];
      }),
    ) as [string[], string[]];
    const count = Math.max(was.length, is.length);
    const at = Array.from({ length: count }, (_, i) => i).filter((i) => was[i] !== is[i]);
    return at.slice(0, 3).map((i) => `line ${String(i + 1)}: ${is[i] ?? 'none'} instead of ${was[i] ?? 'none'}`);
  }

  /** What happens to one thing is compared on its own. */
  #histories(): string[] {
    const was = histories(this.#recorded.lines);
    const is = histories(this.#own, new Set(stateless(this.#recorded.lines)));
    const found: string[] = [];
    for (const history of was) {
      const at = is.indexOf(history);
      if (at === -1) found.push(`missing: ${history}`);
      else is.splice(at, 1);
    }
    return [...found, ...is.map((own) => `not in the recording: ${own}`)];
  }
}

/** Evaluations have other fields for each of their reasons. */
function payloadName({ Topic, Type, Payload }: NomadEvent): string {
  const { TriggeredBy, Status } = Payload?.Evaluation ?? {};
  return Topic === 'Evaluation' ? `${Topic} ${Type} ${String(TriggeredBy)} ${String(Status)}` : `${Topic} ${Type}`;
}

function asRecorded({ Topic, Type, Key, Namespace, FilterKeys, Payload }: NomadEvent): RecordedEvent {
  const state = stateOf(Topic, Payload?.[Topic]);
  return {
    of: `${Topic} ${Type}`,
    key: Key,
    namespace: Namespace ?? 'none',
    keys: FilterKeys ?? null,
    ...(state === undefined ? {} : { state }),
  };
}

const stateFields: Readonly<Record<string, readonly string[]>> = {
  Job: ['Version', 'Status', 'Stop'],
  Evaluation: ['TriggeredBy', 'Status'],
  Allocation: ['ClientStatus', 'DesiredStatus'],
  Deployment: ['Status'],
};

function stateOf(topic: string, payload: unknown): unknown[] | undefined {
  const names = stateFields[topic];
  if (names === undefined || !isObject(payload)) return undefined;
  const { DeploymentStatus: health } = payload;
  const own = names.map((name) => payload[name] ?? null);
  return topic === 'Allocation' && isObject(health) ? [...own, health['Healthy'] ?? null] : own;
}

/** Clients report what became of allocations in batches, so how many reports there are is up to chance. */
function isReport(of: string): boolean {
  return of.endsWith(' AllocationUpdated') || of.startsWith('Service ');
}

function labelOf({ of, key, namespace, keys }: RecordedEvent): string {
  return `${of} ${normal(key)} in ${namespace === '' ? '-' : namespace} by ${normal(JSON.stringify(keys))}`;
}

/** Topics whose recorded payloads do not all tell a state. */
function stateless(lines: readonly (readonly RecordedEvent[])[]): string[] {
  return lines.flatMap((line) =>
    line.flatMap(({ of, state }) => (state === undefined ? [of.split(' ')[0] ?? ''] : [])),
  );
}

function histories(lines: readonly (readonly RecordedEvent[])[], ignored = new Set(stateless(lines))): string[] {
  const steps = new Map<string, string[]>();
  const last = new Map<string, string>();
  for (const event of lines.flat()) {
    const [topic = '', type = ''] = event.of.split(' ');
    const id = `${topic} ${event.key}`;
    const state = ignored.has(topic) ? '' : textOf(topic, event.state ?? []);
    const isSame = type === 'AllocationUpdated' && last.get(id) === state;
    last.set(id, state);
    if (isSame) continue;
    const known = steps.get(id) ?? [
      `${topic} ${normal(event.key)} by ${normal(JSON.stringify(event.keys?.[0] ?? ''))}`,
    ];
    steps.set(id, [...known, `${type} ${state}`.trim()]);
  }
  return [...steps.values()].map((each) => each.filter((step, i) => !isSkipped(step, each[i + 1])).join('; ')).sort();
}

/** Whether something that is soon stopped is told to run before is up to chance. */
function isSkipped(step: string, next: string | undefined): boolean {
  return (
    step.startsWith('AllocationUpdated running run') && !step.endsWith('true') && next === 'PlanResult active stop'
  );
}

/** A client that is told to stop says whether it had begun; when it is told is up to chance. */
function textOf(topic: string, state: readonly unknown[]): string {
  const [client, desired] = state;
  if (topic !== 'Allocation' || desired !== 'stop') return state.map(String).join(' ');
  return `${client === 'pending' || client === 'running' ? 'active' : String(client)} stop`;
}
