import { readFile } from 'node:fs/promises';
import type { Cluster } from '../cluster/cluster.ts';
import { parseJobspec } from '../hcl/parse.ts';
import { jobKey } from '../state/records.ts';
import type { Store } from '../state/store.ts';

const patienceMs = 60_000;
/** History is made faster than life. */
const historySpeed = 40;

/** Registers the sample jobs and brings them into their states: running, failed, blocked, stopped, half-way. */
export async function runSamples(cluster: Cluster): Promise<void> {
  const samples = new Samples(cluster);
  const { speed } = cluster;
  cluster.speed = Math.max(speed, historySpeed);
  try {
    await Promise.all([
      samples.web(),
      samples.api(),
      samples.checkout(),
      samples.batches(),
      samples.parents(),
      samples.legacy(),
      samples.others(),
    ]);
  } finally {
    cluster.speed = speed;
  }
  await samples.canary();
}

class Samples {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Two good versions, and a bad one that was rolled back. */
  async web(): Promise<void> {
    const source = await read('jobspecs/web.nomad.hcl');
    const version = (text: string) => source.replace('"1.4.0"', `"${text}"`);
    await this.#run(version('1.2.0'));
    await this.#finished('web', 0);
    await this.#run(version('1.3.0'));
    await this.#promote('web', 1);
    await this.#finished('web', 1);
    // It has to be seen to fail before it counts as healthy, on a busy machine too.
    const bad = version('1.4.0-rc1').replace('min_healthy_time  = "10s"', 'min_healthy_time  = "90s"');
    await this.#run(bad.replace('echo "web $VERSION', 'echo "no such file: $VERSION" >&2; exit 3; echo "'));
    await this.#until('web was rolled back', (store) => store.job('default', 'web')?.Version === 3);
    await this.#finished('web', 3);
  }

  /** A canary that waits for somebody. */
  async canary(): Promise<void> {
    await this.#run(await read('jobspecs/web.nomad.hcl'));
  }

  async api(): Promise<void> {
    const source = await read('jobspecs/api.nomad.hcl');
    await this.#run(source.replace(':2.8.1', ':2.8.0'));
    await this.#finished('api', 0);
    await this.#run(source);
    await this.#finished('api', 1);
  }

  async checkout(): Promise<void> {
    await this.#run(await read('jobspecs/checkout.nomad.hcl'), await read('jobspecs/checkout.vars.hcl'));
    await this.#finished('checkout', 0);
  }

  async batches(): Promise<void> {
    await this.#run(await read('jobspecs/importer.nomad.hcl'));
    await this.#run(await read('jobspecs/migrations.nomad.hcl'));
    await this.#run(await read('jobspecs/ml-train.nomad.hcl'));
    await this.#dead('importer');
    await this.#dead('migrations');
  }

  async parents(): Promise<void> {
    const { children } = this.#cluster;
    await this.#run(await read('jobspecs/report.nomad.hcl'));
    await this.#run(await read('jobspecs/resize-image.nomad.hcl'));
    children.force('default', 'report');
    const plain = { payload: '', idPrefix: '', idempotencyToken: '', priority: 0 };
    for (const path of ['/img/boots.png', '/img/hat.png']) {
      const { DispatchedJobID } = children.dispatch('default', 'resize-image', { ...plain, meta: { path } });
      await this.#dead(DispatchedJobID);
    }
  }

  async legacy(): Promise<void> {
    await this.#run(await read('jobspecs/legacy.nomad.hcl'));
    await this.#finished('legacy', 0);
    this.#cluster.jobs.deregister('default', 'legacy', { purge: false });
  }

  async others(): Promise<void> {
    for (const name of ['worker', 'session-cache', 'log-shipper'])
      await this.#run(await read(`jobspecs/${name}.nomad.hcl`));
    if (this.#cluster.options.nomad !== '1.6') await this.#run(await read('since-1.7/backoffice.nomad.hcl'));
    const isFailed = (store: Store) => store.latestDeployment(jobKey('default', 'session-cache'))?.Status === 'failed';
    await this.#until('session-cache has failed', isFailed);
  }

  async #run(source: string, variables = ''): Promise<void> {
    const parsed = await parseJobspec({
      hcl: source,
      variables,
      canonicalize: true,
      version: this.#cluster.options.nomad,
    });
    if ('error' in parsed) throw new Error(parsed.error);
    const submission = { Source: source, Format: 'hcl2', VariableFlags: null, Variables: variables };
    this.#cluster.jobs.register({ job: parsed.job, submission });
  }

  async #promote(id: string, version: number): Promise<void> {
    const key = jobKey('default', id);
    await this.#until(`${id} can be promoted`, (store) => {
      const deployment = store.latestDeployment(key);
      const groups = Object.values(deployment?.TaskGroups ?? {});
      return (
        deployment?.JobVersion === version && groups.every((group) => group.HealthyAllocs >= group.DesiredCanaries)
      );
    });
    const deployment = this.#cluster.store.latestDeployment(key);
    if (deployment !== undefined) this.#cluster.deployments.promote(deployment.ID, { all: true });
  }

  #finished(id: string, version: number): Promise<void> {
    return this.#until(`version ${String(version)} of ${id} is rolled out`, (store) => {
      const deployment = store.latestDeployment(jobKey('default', id));
      return deployment?.JobVersion === version && deployment.Status === 'successful';
    });
  }

  #dead(id: string): Promise<void> {
    return this.#until(`${id} has ended`, (store) => store.job('default', id)?.Status === 'dead');
  }

  async #until(what: string, done: (store: Store) => boolean): Promise<void> {
    const { store } = this.#cluster;
    if (done(store)) return;
    await new Promise<void>((resolve, reject) => {
      const timer = store.clock.timer(patienceMs, () => {
        subscription.dispose();
        reject(new Error(`The sample jobs did not get to the point where ${what}`));
      });
      const subscription = store.onApplied(() => {
        if (!done(store)) return;
        timer.dispose();
        subscription.dispose();
        // Not within the entry that made it true.
        setImmediate(resolve);
      });
    });
  }
}

function read(path: string): Promise<string> {
  return readFile(new URL(path, import.meta.url), 'utf8');
}
