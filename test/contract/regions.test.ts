import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { second, service, unknownId, update } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

contract('every read and write', (c) => {
  const mars = { region: 'mars' };
  let id = '';

  before(async () => {
    id = c.id('exact');
    await c.register(service(id, { update: update({ MinHealthyTime: 50 * second }) }));
  });

  it('is refused in a region that is not there', async () => {
    holds(
      'jobs.validate fails',
      'jobs.allocations fails',
      'jobs.evaluations fails',
      'jobs.deployments fails',
      'jobs.latestDeployment fails',
      'deployments.allocations fails',
      'evaluations.allocations fails',
      'nodes.allocations fails',
      'agent.namespaces fails',
      'namespaces.list fails',
      'nodePools.list fails',
      'scaling.policies fails',
      'services.list fails',
      'variables.list fails',
    );
    const { client } = c;
    const { jobs, deployments, allocations, evaluations, nodes, services, search, variables, scaling } = client;
    const requests: Record<string, Promise<unknown>> = {
      'jobs.list': jobs.list(mars),
      'jobs.validate': jobs.validate(service(id), mars),
      'jobs.summary': jobs.summary(id, mars),
      'jobs.allocations': jobs.allocations(id, mars),
      'jobs.evaluations': jobs.evaluations(id, mars),
      'jobs.deployments': jobs.deployments(id, mars),
      'jobs.latestDeployment': jobs.latestDeployment(id, mars),
      'jobs.stop': jobs.stop(id, mars),
      'deployments.list': deployments.list(mars),
      'deployments.allocations': deployments.allocations(unknownId, mars),
      'allocations.list': allocations.list(mars),
      'evaluations.list': evaluations.list(mars),
      'evaluations.count': evaluations.count(mars),
      'evaluations.allocations': evaluations.allocations(unknownId, mars),
      'nodes.list': nodes.list(mars),
      'nodes.allocations': nodes.allocations(unknownId, mars),
      'services.list': services.list(mars),
      'services.read': services.read('x', mars),
      'search.prefix': search.prefix('x', 'jobs', mars),
      'search.fuzzy': search.fuzzy('xx', 'jobs', mars),
      'variables.list': variables.list(mars),
      'variables.delete': variables.delete('x', mars),
      'scaling.policies': scaling.policies(mars),
      'namespaces.list': client.namespaces.list(mars),
      'agent.namespaces': client.agent.namespaces(mars),
      'nodePools.list': client.nodePools.list(mars),
      'nodePools.jobs': client.nodePools.jobs('default', mars),
      'nodePools.nodes': client.nodePools.nodes('default', mars),
    };
    const refusals = Object.entries(requests).map(([name, request]) =>
      assertRefused(request, 500, 'No path to region', 'rejected').catch((error: unknown) => {
        throw new Error(name, { cause: error });
      }),
    );
    await Promise.all(refusals);
  });

  it('can be read with exact times', async () => {
    holds('client.readExact', 'client.readExact fails');
    const { value } = await c.client.readExact(`/v1/job/${encodeURIComponent(id)}`, ['SubmitTime']);
    const exact = (value as { SubmitTime: unknown }).SubmitTime;
    const { value: job } = await c.client.jobs.read(id);
    assert.match(String(exact), /^\d{19}$/);
    assert.equal(Number(exact), job.SubmitTime);
    const nope = c.client.readExact(`/v1/job/${c.id('nope')}`, ['SubmitTime']);
    await assertRefused(nope, 404, 'job not found', 'notFound');
  });

  it('finds nothing to unblock where there is one region', async () => {
    holds('deployments.unblock');
    const { ID } = await c.deploymentIn(id, 'running');
    const { value } = await c.client.deployments.unblock(ID);
    assert.deepEqual([value.EvalID, value.EvalCreateIndex, value.RevertedJobVersion], ['', 0, null]);
  });
});
