import { Emitter } from '../../../src/base/events.ts';
import { Lifetime, type Disposable } from '../../../src/base/lifetime.ts';
import { goDuration } from '../client/goDuration.ts';
import type { AllocationRecord } from '../state/records.ts';
import type { Applied, Store } from '../state/store.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly level: LogLevel;
  readonly module: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/** What the agent would write to its log. Nothing is kept, and nothing is made while nobody listens. */
export class AgentLog implements Disposable {
  readonly #store: Store;
  readonly #lines = new Emitter<LogLine>();
  readonly #lifetime = new Lifetime();
  /** When the last event of each allocation was that has been written. */
  #written = new Map<string, number>();

  readonly onLine = this.#lines.event;

  constructor(store: Store) {
    this.#store = store;
    this.#lifetime.own(
      store.onApplied((applied) => {
        if (this.#lines.size > 0) this.#onApplied(applied);
        else if (this.#written.size > 0) this.#written = new Map();
      }),
    );
  }

  dispose(): void {
    this.#lifetime.dispose();
    this.#lines.dispose();
  }

  write(level: LogLevel, module: string, message: string, fields: LogLine['fields'] = {}): void {
    if (this.#lines.size > 0) this.#lines.fire({ atMs: this.#store.clock.now(), level, module, message, fields });
  }

  #onApplied(applied: Applied): void {
    for (const evaluation of applied.evaluations) {
      const { ID, JobID, Namespace, Status, Type, TriggeredBy } = evaluation;
      const common = { eval_id: ID, job_id: JobID, namespace: Namespace };
      if (Status === 'pending') {
        this.write('debug', 'worker', 'dequeued evaluation', { ...common, type: Type, triggered_by: TriggeredBy });
      } else {
        this.write('debug', `worker.${Type}_sched`, 'setting eval status', { ...common, status: Status });
      }
    }
    if (applied.type === 'AllocationUpdated') for (const item of applied.allocations) this.#writeTaskEvents(item);
    if (applied.type.startsWith('Node')) this.write('debug', 'nomad', 'node entry applied', { index: applied.index });
  }

  #writeTaskEvents(allocation: AllocationRecord): void {
    const since = this.#written.get(allocation.ID) ?? this.#store.clock.now() * 1e6 - 5e9;
    let latest = since;
    for (const [task, state] of Object.entries(allocation.TaskStates ?? {})) {
      for (const event of state.Events ?? []) {
        const time = event.Time;
        if (time <= since) continue;
        latest = Math.max(latest, time);
        const fields = {
          alloc_id: allocation.ID,
          task,
          type: event.Type,
          msg: event.DisplayMessage ?? '',
          failed: false,
        };
        this.write('info', 'client.alloc_runner.task_runner', 'Task event', fields);
      }
    }
    this.#written.set(allocation.ID, latest);
  }
}

/** A line as the agent writes it, with its newline. */
export function formatLine(line: LogLine, asJson: boolean): string {
  const time = new Date(line.atMs).toISOString();
  if (asJson) {
    const { level, message, module } = line;
    const head = { '@level': level, '@message': message, '@module': module, '@timestamp': time.replace('Z', '000Z') };
    return `${JSON.stringify({ ...head, ...line.fields })}\n`;
  }
  const level = `[${line.level.toUpperCase()}]`.padEnd(7);
  const fields = Object.entries(line.fields).map(([name, value]) => {
    const text = name === 'duration' && typeof value === 'number' ? goDuration(value) : String(value);
    return ` ${name}=${quoted(text)}`;
  });
  const colon = fields.length > 0 ? ':' : '';
  return `${time} ${level} ${line.module}: ${line.message}${colon}${fields.join('')}\n`;
}

function quoted(text: string): string {
  return /^[\w./*:[\]@%+-]+$/.test(text) ? text : JSON.stringify(text);
}
