/** The parts of a log that its name is made of. */
export interface NamedLog {
  readonly key: string;
  /** `app[2]` */
  readonly name: string;
  /** A whole id; none for an agent. */
  readonly allocation?: string;
  readonly task?: string;
}

/** Longer names are not padded to, lest one of them push all lines to the right. */
const widest = 32;

/**
 * What lines of several logs begin with: what tells the logs apart, and no more. Of a job that is its allocation with a
 * piece of the id, of an allocation with several tasks the task, of a single task nothing.
 */
export class LogNames {
  readonly #byAllocation: boolean;
  readonly #logs = new Map<string, NamedLog>();
  readonly #tasks = new Set<string>();
  readonly #names = new Map<string, string>();
  #width = 0;

  /** @param byAllocation whether lines of several allocations may come, now or later */
  constructor(byAllocation: boolean) {
    this.#byAllocation = byAllocation;
  }

  /** As wide as every name is made. */
  get width(): number {
    return this.#width;
  }

  /** Takes logs that joined. @returns whether lines of before would begin otherwise now */
  add(logs: readonly NamedLog[]): boolean {
    const news = logs.filter(({ key }) => !this.#logs.has(key));
    if (news.length === 0) return false;
    const before = `${String(this.#width)} ${String(this.#tasks.size > 1)}`;
    const hadSome = this.#logs.size > 0;
    for (const log of news) {
      this.#logs.set(log.key, log);
      if (log.task !== undefined) this.#tasks.add(log.task);
    }
    this.#names.clear();
    const widths = [...this.#logs.values()].map((log) => this.#bare(log).length);
    this.#width = Math.min(Math.max(0, ...widths), widest);
    return hadSome && before !== `${String(this.#width)} ${String(this.#tasks.size > 1)}`;
  }

  /** The beginning of lines of a log, padded; empty where nothing varies. */
  of(log: NamedLog): string {
    const known = this.#names.get(log.key);
    if (known !== undefined) return known;
    if (this.add([log])) this.#names.clear();
    const name = this.#bare(log).padEnd(this.#width);
    this.#names.set(log.key, name);
    return name;
  }

  #bare({ name, allocation, task }: NamedLog): string {
    if (allocation === undefined) return this.#byAllocation ? name : '';
    const id = allocation.slice(0, 4);
    const ofAllocation = name.startsWith(id) ? name : `${name} ${id}`;
    const parts = [this.#byAllocation ? ofAllocation : '', this.#tasks.size > 1 ? (task ?? '') : ''];
    return parts.filter((part) => part !== '').join(' ');
  }
}
