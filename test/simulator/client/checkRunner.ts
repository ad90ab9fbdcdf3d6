import type { Clock } from '../../../src/base/clock.ts';
import { Lifetime, type Disposable } from '../../../src/base/lifetime.ts';
import { type PlacedService, servicesOf } from '../cluster/services.ts';
import type { Outside } from '../runtime/outside.ts';
import { listOf, numberOf, recordOf, textOf, textOr } from '../scheduler/resources.ts';
import type { AllocationRecord } from '../state/records.ts';
import { type Question, type Reply, probe } from './probe.ts';

export interface CheckRunnerOptions {
  readonly clock: Clock;
  readonly paceMs: (ms: number) => number;
  readonly outside?: Outside | undefined;
  /** Called after every answer. */
  readonly changed: () => void;
}

export interface CheckResult {
  readonly Status: 'pending' | Reply['Status'];
  readonly Output: string;
  readonly StatusCode?: number;
  /** Milliseconds. */
  readonly at: number;
}

/** A check of a service with where it stands. */
export interface PlacedCheck extends PlacedService {
  readonly check: Record<string, unknown>;
  readonly key: string;
  /** `ignore` makes a check that does not count for the health of an allocation. */
  readonly isIgnored: boolean;
  /** Whether there is a process that could answer. */
  readonly isReal: boolean;
}

/** All checks of an allocation's services of provider `nomad`. */
export function checksOf(allocation: AllocationRecord): PlacedCheck[] {
  const group = allocation.Job.TaskGroups?.find(({ Name }) => Name === allocation.TaskGroup);
  return servicesOf(allocation).flatMap((service) => {
    const tasks = (group?.Tasks ?? []).filter(({ Name }) => service.task === '' || service.task === Name);
    const isReal = tasks.some(({ Driver }) => Driver === 'raw_exec');
    return listOf(service.block['Checks']).map((check, at) => {
      const key = [service.task, service.name, String(at)].join('\0');
      return { ...service, check, key, isReal, isIgnored: check['OnUpdate'] === 'ignore' };
    });
  });
}

/**
 * Asks what listens on an allocation's ports, as often as its checks say. Tasks that are no real processes are not asked:
 * their checks never hold anything up.
 */
export class CheckRunner implements Disposable {
  readonly results = new Map<string, CheckResult>();
  readonly #allocation: AllocationRecord;
  readonly #checks: readonly PlacedCheck[];
  readonly #options: CheckRunnerOptions;
  readonly #lifetime = new Lifetime();
  readonly #signal = this.#lifetime.signal();

  constructor(allocation: AllocationRecord, options: CheckRunnerOptions) {
    this.#allocation = allocation;
    this.#options = options;
    this.#checks = checksOf(allocation).filter(({ isReal }) => isReal);
    for (const placed of this.#checks) {
      this.results.set(placed.key, { Status: 'pending', Output: 'nomad: waiting to run', at: options.clock.now() });
      const intervalMs = options.paceMs(numberOf(placed.check['Interval']) / 1e6);
      // The first time is neither at once, when nothing can listen yet, nor only after the whole interval.
      this.#askIn(placed, intervalMs / 2, intervalMs);
    }
  }

  /** Whether all checks that count have been answered well. */
  get arePassing(): boolean {
    return this.#checks.every(({ key, isIgnored }) => {
      const status = this.results.get(key)?.Status;
      return status === 'success' || (status === 'failure' && isIgnored);
    });
  }

  dispose(): void {
    this.#lifetime.dispose();
    this.results.clear();
  }

  #askIn(placed: PlacedCheck, delayMs: number, intervalMs: number): void {
    const timer = this.#lifetime.own(
      this.#options.clock.timer(delayMs, () => {
        this.#lifetime.release(timer);
        const asked = this.#ask(placed).then(() => {
          if (!this.#lifetime.ended) this.#askIn(placed, intervalMs, intervalMs);
        });
        void this.#options.outside?.during(asked);
      }),
    );
  }

  async #ask(placed: PlacedCheck): Promise<void> {
    const { clock, paceMs } = this.#options;
    const question = questionOf(this.#allocation, placed, paceMs);
    const reply: Reply =
      'refused' in question
        ? { Status: 'failure', Output: question.refused }
        : await probe(question, this.#signal, clock);
    if (this.#lifetime.ended) return;
    this.results.set(placed.key, { ...reply, at: clock.now() });
    this.#options.changed();
  }
}

function questionOf(
  allocation: AllocationRecord,
  { block, check }: PlacedCheck,
  paceMs: (ms: number) => number,
): Question | { refused: string } {
  const label = textOr(textOf(check['PortLabel']), textOf(block['PortLabel']));
  const ports = listOf(recordOf(recordOf(allocation.AllocatedResources)['Shared'])['Ports']);
  const port = ports.find((item) => item['Label'] === label);
  const value = port === undefined ? Number(label) : numberOf(port['Value']);
  if (!(value > 0)) return { refused: `invalid port "${label}": port label not found` };
  return {
    kind: textOf(check['Type']),
    host: textOr(textOf(block['Address']), textOr(textOf(port?.['HostIP']), '127.0.0.1')),
    port: value,
    path: textOr(textOf(check['Path']), '/'),
    method: textOr(textOf(check['Method']), 'GET'),
    headers: recordOf(check['Header']) as Record<string, string[]>,
    body: textOf(check['Body']),
    timeoutMs: paceMs(numberOf(check['Timeout']) / 1e6),
  };
}
