import type { Clock } from '../../../src/base/clock.ts';
import { Emitter } from '../../../src/base/events.ts';
import type { Disposable } from '../../../src/base/lifetime.ts';
import type { EventEntry } from '../state/eventBuffer.ts';
import type { Answer, Exchange } from './exchange.ts';

const text = 'No cluster leader';
/** How long a server holds a request back while it knows of no leader. */
const holdMs = 5000;

/** What a server answers by itself, be it the leader or not; files and sessions of allocations lead to their clients. */
const ownPaths =
  /^\/(?:_simulator\/.*|v1\/(?:agent\/(?!health$).*|regions|metrics|jobs\/parse|event\/stream|client\/.*))$/;

export interface FollowerOptions {
  readonly clock: Clock;
  /** Turns a server's milliseconds into the simulator's. */
  readonly paceMs: (ms: number) => number;
  /** Of the newest entry. */
  readonly index: () => number;
}

/**
 * How the server of the region stands to its leader. By itself it follows one without any delay; it can lose it, as when
 * most servers are gone, and it can fall behind it. Only what it passes on needs the leader, so that the event stream goes
 * on with its heartbeats, and stale reads are answered.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #changed = new Emitter<void>();
  readonly #caughtUp = new Emitter<void>();
  readonly #asked = new Emitter<string>();
  /** Something that needs the leader waits for it, or for its answer: the path. */
  readonly onDidAsk = this.#asked.event;
  #lostMs: number | undefined;
  /** The newest entry that this server has. */
  #applied = Infinity;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  get hasLeader(): boolean {
    return this.#lostMs === undefined;
  }

  /** Loses the leader. Reads that it held break off. */
  lose(): void {
    this.#lostMs ??= this.#options.clock.now();
    this.fallBehind();
    this.#changed.fire();
  }

  /** There is a leader again. */
  regain(): void {
    this.#lostMs = undefined;
    this.catchUp();
    this.#changed.fire();
  }

  /** Gets no more of what happens; its event stream has nothing to tell of. */
  fallBehind(): void {
    this.#applied = Math.min(this.#applied, this.#options.index());
  }

  catchUp(): void {
    this.#applied = Infinity;
    this.#caughtUp.fire();
  }

  /** Hands the entries that it is given over to `send`, each once this server has it. */
  passing(send: (entry: EventEntry) => void): Disposable & { readonly take: (entry: EventEntry) => void } {
    const held: EventEntry[] = [];
    const subscription = this.#caughtUp.event(() => {
      for (const entry of held.splice(0)) send(entry);
    });
    return {
      take: (entry) => {
        if (entry.index > this.#applied) held.push(entry);
        else send(entry);
      },
      dispose: () => {
        subscription.dispose();
      },
    };
  }

  /** Answers by `handle`, once there is a leader where one is needed. */
  async answer(exchange: Exchange, handle: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    if (ownPaths.test(exchange.path) || isWithoutAcl(exchange)) return handle();
    if (exchange.method === 'GET' && exchange.flag('stale', exchange.query.has('stale'))) {
      return this.#asFollower(await handle());
    }
    if (!(await this.#leader(exchange))) return withoutLeader(exchange);
    return exchange.method === 'GET' ? this.#unlessLost(exchange, handle()) : handle();
  }

  /** What a stale read says beside its answer. */
  #asFollower(answer: Answer | undefined): Answer | undefined {
    if (this.#lostMs === undefined || answer?.index === undefined) return answer;
    const lastContactMs = Math.round(this.#options.clock.now() - this.#lostMs);
    const known = { 'X-Nomad-KnownLeader': 'false', 'X-Nomad-LastContact': String(lastContactMs) };
    return { ...answer, headers: { ...answer.headers, ...known } };
  }

  /** Waits for a leader as long as a server does; false where there is none. */
  #leader({ signal, path }: Exchange): Promise<boolean> {
    if (this.#lostMs === undefined) return Promise.resolve(true);
    const { clock, paceMs } = this.#options;
    return new Promise((resolve) => {
      const end = () => {
        if (this.#lostMs !== undefined && !signal.aborted && !isOver) return;
        timer.dispose();
        subscription.dispose();
        signal.removeEventListener('abort', end);
        resolve(this.#lostMs === undefined);
      };
      let isOver = false;
      const timer = clock.timer(paceMs(holdMs), () => {
        isOver = true;
        end();
      });
      const subscription = this.#changed.event(end);
      signal.addEventListener('abort', end, { once: true });
      this.#asked.fire(path);
    });
  }

  /** A read that the leader holds is over when the leader goes. */
  async #unlessLost({ path }: Exchange, answer: Promise<Answer | undefined>): Promise<Answer | undefined> {
    let stop: () => void = () => undefined;
    const lost = new Promise<Answer>((resolve) => {
      const subscription = this.#changed.event(() => {
        if (this.#lostMs !== undefined) resolve({ status: 500, text: 'rpc error: EOF' });
      });
      stop = () => {
        subscription.dispose();
      };
    });
    this.#asked.fire(path);
    try {
      return await Promise.race([answer, lost]);
    } finally {
      stop();
      answer.catch(() => undefined);
    }
  }
}

function withoutLeader({ path }: Exchange): Answer {
  if (path !== '/v1/agent/health') return { status: 500, text };
  return { status: 500, text: JSON.stringify({ server: { ok: false, message: text } }) };
}

/** What is refused before any server is asked. */
function isWithoutAcl({ path, acl, isOld }: Exchange): boolean {
  if (acl.enabled || !path.startsWith('/v1/acl/')) return false;
  return isOld || path !== '/v1/acl/token/self';
}
