import { Backoff } from '../../base/backoff.ts';
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { Lifetime } from '../../base/lifetime.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { MonitorOptions } from '../../nomad/resources/agent.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { clean } from '../../state/tables/wire.ts';
import { LineAssembler } from './lineAssembler.ts';
import { wordsOf } from './logErrors.ts';
import type {
  AgentLog,
  AgentTarget,
  FollowLogsOptions,
  LogFollower,
  LogNote,
  LogNoteKind,
  TakeEntries,
} from './types.ts';

export interface AgentFollowing {
  readonly client: PlacedClient;
  readonly log: AgentLog;
  /** The least that is sent; `info` where undefined. */
  readonly level?: MonitorOptions['level'];
  readonly region?: string | undefined;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly take: TakeEntries;
  /** Between 0 and 1; `Math.random` where undefined. */
  readonly random?: (() => number) | undefined;
}

/** The log of an agent: of a client by the id of its node, of a server by its name, or of the one that is asked. */
export function agentLog(agent: AgentLog['agent'], name: string): AgentLog {
  const key =
    typeof agent === 'string' ? agent : 'nodeId' in agent ? `node/${agent.nodeId}` : `server/${agent.serverId}`;
  return { kind: 'agent', key: `agent/${key}`, name: clean(name), agent };
}

/**
 * Follows what an agent logs from now on, until the signal aborts, or it may not be read. An agent keeps nothing of its log
 * to be read later: what it says while the connection is lost is missing, which is said. Needs the policy `agent:read`.
 *
 * `GET /v1/agent/monitor`, https://developer.hashicorp.com/nomad/api-docs/agent#stream-logs
 */
export async function followAgent(following: AgentFollowing): Promise<void> {
  const { signal, clock, random } = following;
  const reader = new AgentReader(following);
  const backoff = new Backoff({ baseMs: 500, capMs: 15_000, ...(random === undefined ? {} : { random }) });
  while (!signal.aborted) {
    try {
      await reader.connect(() => {
        backoff.reset();
      });
      await reader.lost('the stream ended');
    } catch (error) {
      if (!isNomadError(error)) throw error;
      if (await reader.refused(error)) return;
      await reader.lost(wordsOf(error));
    }
    await sleep(backoff.next(), signal, clock).catch(() => undefined);
  }
}

/** The same for whoever follows logs of tasks, too: from now on, since there are no places in it to begin at. */
export function followAgentLog(
  { client, clock, signal }: Pick<Cluster, 'client' | 'clock' | 'signal'>,
  { agent, level, region }: AgentTarget,
  name: string,
  { take }: Pick<FollowLogsOptions, 'take'>,
): LogFollower {
  const log = agentLog(agent, name);
  const life = new Lifetime();
  let isOver = false;
  const ended = followAgent({
    ...{ client, log, level, region, clock, take },
    signal: AbortSignal.any([signal, life.signal()]),
  }).finally(() => {
    isOver = true;
  });
  return {
    get sources() {
      return [{ source: log, state: isOver ? ('ended' as const) : ('following' as const) }];
    },
    choose: () => undefined,
    ended,
    dispose: () => {
      life.dispose();
    },
  };
}

class AgentReader {
  readonly #following: AgentFollowing;
  readonly #lines: LineAssembler;
  #offset = 0;
  /** When it was heard last. */
  #heardMs: number | undefined;
  #isLost = false;

  constructor(following: AgentFollowing) {
    this.#following = following;
    this.#lines = new LineAssembler(following.log);
  }

  /** Reads over one connection, to its end. */
  async connect(onWorks: () => void): Promise<void> {
    const { client, log, level, region, signal, clock, take } = this.#following;
    const { agent, name } = log;
    const options = { level, region, signal, heartbeats: true, ...(typeof agent === 'string' ? {} : agent) };
    for await (const data of client.agent.monitor(options)) {
      onWorks();
      if (this.#isLost) await this.#say('resumed', `Reading the log of ${name} again; ${this.#missing()}`);
      this.#isLost = false;
      this.#heardMs = clock.now();
      const lines = this.#lines.push({ file: 0, offset: this.#offset }, data, clock.now());
      this.#offset += data.byteLength;
      if (lines.length > 0) await take(lines);
    }
  }

  /** How much that may be nobody knows: an agent says only what it logs from the moment on in which it is asked. */
  #missing(): string {
    if (this.#heardMs === undefined) return 'what it said before is missing';
    const seconds = Math.max(1, Math.ceil((this.#following.clock.now() - this.#heardMs) / 1000));
    const time = seconds < 120 ? `${String(seconds)} s` : `${String(Math.ceil(seconds / 60))} min`;
    return `what it said in the ${time} between is missing`;
  }

  async lost(why: string): Promise<void> {
    const { signal, clock, take, log } = this.#following;
    if (signal.aborted) return;
    const rest = this.#lines.flush(clock.now(), true);
    if (rest !== undefined) await take([rest]);
    this.#lines.restart();
    if (!this.#isLost) await this.#say('lost', `No log of ${log.name} at the moment: ${why}`);
    this.#isLost = true;
  }

  /** Tells of a refusal that will not pass; true for one. */
  async refused(error: unknown): Promise<boolean> {
    const { name } = this.#following.log;
    const words = wordsOf(error);
    if (isNomadError(error, 'denied')) {
      const needs = { capability: 'agent:read' };
      await this.#say('denied', `The log of ${name} may not be read: ${words}. The token needs agent:read`, { needs });
      return true;
    }
    if (!isNomadError(error, 'rejected', 'unsupported') || /no path to|no cluster leader/i.test(words)) return false;
    await this.#say('failed', `The log of ${name} can't be read: ${words}`);
    return true;
  }

  async #say(kind: LogNoteKind, text: string, more: Partial<LogNote> = {}): Promise<void> {
    const { log, clock, take } = this.#following;
    await take([{ kind, source: log, atMs: clock.now(), ...more, text }]);
  }
}
