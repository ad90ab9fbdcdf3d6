import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { allocationFromStub } from '../../../src/state/tables/allocationRecords.ts';
import { deploymentRecord } from '../../../src/state/tables/deploymentRecords.ts';
import { jobFromStub, jobRecord } from '../../../src/state/tables/jobRecords.ts';
import { renderPlan } from '../../../src/wording/plan/planText.ts';
import { describeRollout } from '../../../src/operations/rollout.ts';
import { deploymentStatus } from '../../../src/wording/deploymentStatus.ts';
import { allocationStatus, groupStatus, jobStatus, taskStatus } from '../../../src/wording/status.ts';
import { Store } from '../../../src/state/tables/store.ts';
import { describeVersions } from '../../../src/wording/versions.ts';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import type { AllocationStub } from '../../../src/nomad/types/allocation.ts';
import type { Deployment } from '../../../src/nomad/types/deployment.ts';
import type { Job, JobStub } from '../../../src/nomad/types/job.ts';
import type { PlanResponse } from '../../../src/nomad/types/plan.ts';
import { operationsOf } from '../../support/operations.ts';
import { allocationInputs } from './badAllocationInput.ts';
import { clusterInputs } from './badClusterInput.ts';
import { outcome } from './badInput.ts';
import { jobInputs } from './badJobInput.ts';
import { afterTest, json, serve } from './servers.ts';
import type { Respond } from './servers.ts';

/** Answers of Nomad 0.6, as its documents showed them: no namespace, no times, bare lists. */
interface OldShapes {
  jobs: JobStub[];
  job: Job;
  versions: Job[];
  jobAllocations: AllocationStub[];
  jobEvaluations: unknown[];
  jobDeployments: Deployment[];
  latestDeployment: Deployment;
  summary: unknown;
  plan: PlanResponse;
  deployments: Deployment[];
  deployment: Deployment;
  deploymentAllocations: AllocationStub[];
  [answer: string]: unknown;
}

const old = JSON.parse(readFileSync(new URL('oldShapes.json', import.meta.url), 'utf8')) as OldShapes;
const nowMs = Date.UTC(2017, 5, 30);

async function clientOf(respond: Respond): Promise<FullNomadClient> {
  const { address } = await serve(respond);
  const client = new FullNomadClient({ address });
  afterTest(() => {
    client.dispose();
  });
  return client;
}

type Call = (client: FullNomadClient) => Promise<{ value: unknown }>;

const id = '70638f62-5c19-193e-30d6-f9d6e689ab8e';
const job = old.job;

/** By answer: the route, and how to ask for it. */
const calls: Readonly<Record<string, readonly [route: string, call: Call]>> = {
  jobs: ['GET /v1/jobs', (c) => c.jobs.list()],
  job: ['GET /v1/job/example', (c) => c.jobs.read('example')],
  jobAllocations: ['GET /v1/job/example/allocations', (c) => c.jobs.allocations('example')],
  jobEvaluations: ['GET /v1/job/example/evaluations', (c) => c.jobs.evaluations('example')],
  jobDeployments: ['GET /v1/job/example/deployments', (c) => c.jobs.deployments('example')],
  latestDeployment: ['GET /v1/job/example/deployment', (c) => c.jobs.latestDeployment('example')],
  summary: ['GET /v1/job/example/summary', (c) => c.jobs.summary('example')],
  plan: ['POST /v1/job/example/plan', (c) => c.jobs.plan({ ...job, ID: 'example' }, { diff: true })],
  registered: ['POST /v1/jobs', (c) => c.jobs.register(job)],
  dispatched: ['POST /v1/job/example/dispatch', (c) => c.jobs.dispatch('example')],
  reverted: ['POST /v1/job/example/revert', (c) => c.jobs.revert('example', 1)],
  stable: ['POST /v1/job/example/stable', (c) => c.jobs.stable('example', 1, true)],
  evaluated: ['POST /v1/job/example/evaluate', (c) => c.jobs.evaluate('example')],
  forced: ['POST /v1/job/example/periodic/force', (c) => c.jobs.periodicForce('example')],
  stopped: ['DELETE /v1/job/example', (c) => c.jobs.stop('example')],
  deployments: ['GET /v1/deployments', (c) => c.deployments.list()],
  deployment: [`GET /v1/deployment/${id}`, (c) => c.deployments.read(id)],
  deploymentAllocations: [`GET /v1/deployment/allocations/${id}`, (c) => c.deployments.allocations(id)],
  failed: [`POST /v1/deployment/fail/${id}`, (c) => c.deployments.fail(id)],
  paused: [`POST /v1/deployment/pause/${id}`, (c) => c.deployments.pause(id, true)],
  promoted: [`POST /v1/deployment/promote/${id}`, (c) => c.deployments.promoteAll(id)],
  healthSet: [`POST /v1/deployment/allocation-health/${id}`, (c) => c.deployments.setHealth(id, { healthy: [id] })],
};

describe('Answers of Nomad 0.6', () => {
  it('are read as they are', async () => {
    const byRoute = new Map(Object.entries(calls).map(([answer, [route]]) => [route, old[answer]]));
    const client = await clientOf(({ method, path }, response) => {
      json(response, byRoute.get(`${method} ${path}`) ?? { unknown: path });
    });
    for (const [answer, [, call]] of Object.entries(calls)) {
      assert.deepEqual((await call(client)).value, old[answer], answer);
    }
    assert.deepEqual(Object.keys(old).sort(), [...Object.keys(calls), 'versions'].sort());
  });

  it('have their versions as a bare list, or without differences', async () => {
    for (const answer of [old.versions, { Versions: old.versions }]) {
      const client = await clientOf((_, response) => {
        json(response, answer);
      });
      assert.deepEqual((await client.jobs.versions('example')).value, { Versions: old.versions, Diffs: null });
    }
  });

  it('may be null, empty or almost empty, or are told in a sentence of ours', async () => {
    const inputs = { ...jobInputs, ...allocationInputs, ...clusterInputs };
    for (const answer of [null, [], {}]) {
      const client = await clientOf((_, response) => {
        json(response, answer);
      });
      for (const name of operationsOf(client)) {
        const { read } = inputs[name] ?? {};
        if (read === undefined) continue;
        const expected =
          /^NomadError: (?:.* answers, but not as (?:Nomad does: the answer is not (?:a list|an object|a text)|a Nomad agent does)|.* can't be read: [A-Z]\w+ is not a text)\.$/;
        await outcome(read(client, {})).catch((error: unknown) => {
          assert.match(String(error), expected, `${name} of ${JSON.stringify(answer)}`);
        });
      }
    }
  });
});

/** A store that holds what a 0.6 agent said of a job, a deployment and allocations. */
function storeOf(jobs: readonly Job[], deployments: readonly Deployment[], stubs: readonly AllocationStub[]): Store {
  const store = new Store();
  for (const stub of old.jobs) store.apply('jobs', jobFromStub(stub));
  for (const each of jobs) store.apply('jobs', jobRecord(each));
  for (const stub of stubs) store.apply('allocations', allocationFromStub(stub));
  for (const each of deployments) store.apply('deployments', deploymentRecord(each));
  return store;
}

describe('What the extension makes of answers of Nomad 0.6', () => {
  const deployments = [...old.deployments, ...old.jobDeployments, old.latestDeployment, old.deployment];
  const stubs = [...old.jobAllocations, ...old.deploymentAllocations];

  it('has a status for everything, without an age where there is no time', () => {
    const store = storeOf([{ ...job, ID: 'example' }], deployments, stubs);
    const [record] = store.jobs.values();
    assert.ok(record !== undefined);
    assert.equal(record.namespace, 'default');
    assert.equal(store.jobs.size, 1);
    const words = [jobStatus(store, record, nowMs).word, groupStatus(store, record, 'cache', nowMs).word];
    for (const allocation of store.allocations.values()) {
      words.push(allocationStatus(allocation, nowMs).word);
      for (const task of allocation.tasks ?? []) words.push(taskStatus(task, nowMs).word);
    }
    for (const deployment of store.deployments.values()) {
      const { word, detail } = deploymentStatus(store, deployment, nowMs);
      assert.doesNotMatch(detail, /NaN|undefined|null|1970/);
      words.push(word);
    }
    assert.ok(words.length >= 6, words.join());
    assert.deepEqual(
      words.filter((word) => word === '' || /undefined|null|NaN/.test(word)),
      [],
    );
    assert.deepEqual([...new Set([...store.allocations.values()].map(({ group }) => group))], ['cache']);
  });

  it('tells of rollouts, versions and plans', () => {
    const store = storeOf([{ ...job, ID: 'example' }], deployments, stubs);
    const [record] = store.jobs.values();
    assert.ok(record !== undefined);
    const rollout = describeRollout(store, { jobKey: record.key }, nowMs);
    assert.doesNotMatch(JSON.stringify(rollout), /NaN|undefined/);
    const versions = describeVersions(old.versions, nowMs);
    assert.deepEqual(
      versions.map(({ version, tag }) => [version, tag]),
      old.versions.map(({ Version }) => [Version, undefined]),
    );
    const place = { jobId: 'example', namespace: 'default', cluster: 'old' };
    const { text, summary } = renderPlan({ ...place, plan: old.plan, job, atMs: nowMs });
    assert.doesNotMatch(`${text} ${summary}`, /NaN|undefined|0001-/);
  });

  it('never throws where a field is missing or null', () => {
    const samples = [
      ...old.jobs.map((each) => [each, (value: never) => jobFromStub(value)] as const),
      [job, (value: never) => jobRecord(value)] as const,
      ...stubs.map((each) => [each, (value: never) => allocationFromStub(value)] as const),
      ...deployments.map((each) => [each, (value: never) => deploymentRecord(value)] as const),
    ];
    for (const [sample, record] of samples) {
      for (const field of Object.keys(sample).filter((name) => name !== 'ID')) {
        for (const value of [undefined, null]) {
          const part = { ...sample, [field]: value } as never;
          assert.doesNotThrow(() => record(part), `${field} ${String(value)}`);
        }
      }
    }
  });
});
