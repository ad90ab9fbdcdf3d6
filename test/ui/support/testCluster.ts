import { startSimulator } from '../../simulator/simulator.ts';
import type { Simulator, SimulatorOptions } from '../../simulator/simulator.ts';
import { eventually } from './eventually.ts';

interface Deployment {
  readonly ID: string;
  readonly Status: string;
  readonly JobVersion: number;
  readonly TaskGroups: Readonly<Record<string, { readonly Promoted: boolean; readonly HealthyAllocs: number }>>;
}

interface Allocation {
  readonly ID: string;
  readonly ClientStatus: string;
  readonly JobVersion: number;
  readonly TaskStates?: Readonly<Record<string, { readonly State: string }>> | null;
}

interface Job {
  readonly ID: string;
  readonly Version: number;
  readonly JobModifyIndex: number;
  readonly Stop: boolean;
}

/** A simulated cluster, and what colleagues of the person at the workbench do to it. */
export class TestCluster {
  readonly simulator: Simulator;
  readonly #added = new Set<string>();

  private constructor(simulator: Simulator) {
    this.simulator = simulator;
  }

  static async start(options: SimulatorOptions): Promise<TestCluster> {
    return new TestCluster(await startSimulator(options));
  }

  get address(): string {
    return this.simulator.address;
  }

  /** `127.0.0.1:4646`, as the workbench calls the cluster. */
  get label(): string {
    return new URL(this.address).host;
  }

  /** Registers a jobspec as `nomad job run` does. */
  async run(source: string): Promise<void> {
    const Job = (await this.#call('/v1/jobs/parse', { JobHCL: source, Canonicalize: true })) as Job;
    this.#added.add(Job.ID);
    await this.#call('/v1/jobs', { Job, Submission: { Source: source, Format: 'hcl2' } });
  }

  /** Registers a jobspec and waits until as many allocations of its newest version run. */
  async runToEnd(source: string, id: string, count: number): Promise<void> {
    await this.run(source);
    const { Version } = await this.job(id);
    await eventually(
      `${id} runs`,
      () => this.allocations(id),
      (all) => all.filter((one) => one.ClientStatus === 'running' && one.JobVersion === Version).length >= count,
    );
    await eventually(
      `${id} is deployed`,
      () => this.deployment(id),
      (one) => one.Status !== 'running' || Object.values(one.TaskGroups).every((group) => group.HealthyAllocs > 0),
    );
  }

  async job(id: string): Promise<Job> {
    return (await this.#call(`/v1/job/${id}`)) as Job;
  }

  async allocations(id: string): Promise<readonly Allocation[]> {
    return (await this.#call(`/v1/job/${id}/allocations`)) as readonly Allocation[];
  }

  async deployment(id: string): Promise<Deployment> {
    return (await this.#call(`/v1/job/${id}/deployment`)) as Deployment;
  }

  async waitForDeployment(id: string, fits: (deployment: Deployment) => boolean): Promise<Deployment> {
    return eventually(`deployment of ${id}`, () => this.deployment(id), fits);
  }

  /** Says that the allocations of a version are healthy, as `nomad deployment` has it for those that nobody watches. */
  async setHealthy(id: string, version: number): Promise<void> {
    const [{ ID: DeploymentID }, all] = await Promise.all([this.deployment(id), this.allocations(id)]);
    const HealthyAllocationIDs = all.filter(({ JobVersion }) => JobVersion === version).map(({ ID }) => ID);
    await this.#call(`/v1/deployment/allocation-health/${DeploymentID}`, { DeploymentID, HealthyAllocationIDs });
  }

  async failDeployment(id: string): Promise<void> {
    const { ID } = await this.deployment(id);
    await this.#call(`/v1/deployment/fail/${ID}`, { DeploymentID: ID });
  }

  async stopAllocation(id: string): Promise<void> {
    await this.#call(`/v1/allocation/${id}/stop`, {});
  }

  async purge(id: string): Promise<void> {
    await this.#call(`/v1/job/${id}?purge=true`, undefined, 'DELETE');
  }

  /** Removes the jobs that were run here, so that the next one finds the samples alone. */
  async removeAdded(): Promise<void> {
    await Promise.all([...this.#added].map((id) => this.purge(id)));
    this.#added.clear();
  }

  /** From now on nobody gets an answer. */
  unplug(): void {
    this.simulator.faults.set({ drop: true });
    this.simulator.faults.dropEventStreams();
  }

  plugIn(): void {
    this.simulator.faults.clear();
  }

  async close(): Promise<void> {
    await this.simulator.close();
  }

  async #call(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST'): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${this.address}${path}`, init);
    if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${await response.text()}`);
    return response.json();
  }
}
