import { systemClock } from '../../../src/base/clock.ts';
import type { Clock } from '../../../src/base/clock.ts';
import { NomadClient } from '../../../src/nomad/client.ts';
import { followLogsOf } from '../../../src/operations/logs/followLogs.ts';
import { isLogLine } from '../../../src/operations/logs/types.ts';
import type {
  FollowLogsOptions,
  LogFollower,
  LogLine,
  LogNote,
  LogSource,
  LogTarget,
} from '../../../src/operations/logs/types.ts';
import { JobByReads } from '../../../src/operations/liveJob.ts';
import type { Connection } from '../../../src/nomad/http/connection.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import type { JobKey } from '../../../src/state/tables/keys.ts';

const limitMs = 120_000;

/** Logs that are followed, and all that came of it. */
export class Followed {
  readonly lines: LogLine[] = [];
  readonly notes: LogNote[] = [];
  readonly follower: LogFollower;
  readonly #client: NomadClient;
  #changed: () => void = () => undefined;

  constructor(
    connection: Connection,
    target: Omit<LogTarget, 'job'> & { readonly job: string | JobKey },
    options: Partial<FollowLogsOptions> & { readonly maxConnections?: number; readonly clock?: Clock } = {},
  ) {
    this.#client = new NomadClient(connection);
    const job = target.job.includes('/') ? (target.job as JobKey) : jobKey('default', target.job);
    const client = this.#client;
    const surroundings = {
      client,
      sight: new JobByReads(client, job, undefined),
      clock: options.clock ?? systemClock,
      signal: new AbortController().signal,
      ...(options.maxConnections === undefined ? {} : { maxConnections: options.maxConnections }),
    };
    this.follower = followLogsOf(
      surroundings,
      { ...target, job },
      {
        from: 'start',
        ...options,
        take: (entries) => {
          for (const entry of entries) {
            if (isLogLine(entry)) this.lines.push(entry);
            else this.notes.push(entry);
          }
          this.#changed();
        },
        onSources: () => {
          this.#changed();
        },
      },
    );
  }

  /** The lines with what came of them later. */
  get whole(): { readonly source: LogSource; text: string }[] {
    const last = new Map<string, { readonly source: LogSource; text: string }>();
    const whole: { readonly source: LogSource; text: string }[] = [];
    for (const { source, text, continued } of this.lines) {
      const begun = last.get(source.key);
      if (continued === true && begun !== undefined) {
        begun.text += text;
        continue;
      }
      const line = { source, text };
      last.set(source.key, line);
      whole.push(line);
    }
    return whole;
  }

  get texts(): string[] {
    return this.whole.map(({ text }) => text);
  }

  kinds(): string[] {
    return this.notes.map(({ kind }) => kind);
  }

  /** Resolves once `done` is true; fails after a while. */
  async until(what: string, done: () => boolean, forMs = limitMs): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => {
        const notes = this.notes.map(({ text }) => text).join('; ');
        const last = JSON.stringify(this.texts.slice(-3));
        reject(new Error(`Waited in vain for ${what}: ${String(this.lines.length)} lines, the last ${last}; ${notes}`));
      }, forMs);
      this.#changed = () => {
        if (done()) resolve();
      };
      this.#changed();
    }).finally(() => {
      clearTimeout(timer);
      this.#changed = () => undefined;
    });
  }

  end(): void {
    this.follower.dispose();
    this.#client.dispose();
  }
}
