import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { AllocationStub } from '../../src/nomad/types/allocation.ts';
import type { NomadEvent } from '../../src/nomad/types/event.ts';
import { idsOf, withCanary } from './support/canaries.ts';
import { contract } from './support/contract.ts';
import { eventsOf } from './support/events.ts';
import { holds } from './support/holds.ts';
import { second, service, update } from './support/jobs.ts';
import { raw } from './support/raw.ts';

contract('canaries out of the ordinary', (c) => {
  const deployments = () => c.client.deployments;

  const evaluated = (evaluation: string) =>
    c.until(
      'the evaluation',
      (options) => c.client.evaluations.read(evaluation, options),
      ({ Status }) => Status === 'complete',
    );

  const healthy = (deployment: string, count = 1) =>
    c.until(
      'health',
      (options) => deployments().read(deployment, options),
      ({ TaskGroups }) => TaskGroups?.['app']?.HealthyAllocs === count,
    );

  it('are promoted a second time with success, while the deployment runs', async () => {
    holds('Promoting nothing or unknown groups succeeds without effect, and promoting too early is 500');
    const { id, deployment, canary } = await withCanary(c, 'twice', { HealthCheck: 'manual' });
    await deployments().setHealth(deployment, { healthy: [canary] });
    const { value: first } = await deployments().promoteAll(deployment);
    await evaluated(first.EvalID);
    // Nobody calls the replacement healthy, so this goes on.
    const { value: again, meta } = await deployments().promoteAll(deployment);
    assert.match(again.EvalID, /^[0-9a-f-]{36}$/);
    assert.ok(again.DeploymentModifyIndex > first.DeploymentModifyIndex);
    assert.equal(meta.index, again.DeploymentModifyIndex);
    const { value } = await deployments().read(deployment);
    assert.deepEqual([value.Status, value.TaskGroups?.['app']?.Promoted], ['running', true]);
    const next = await c.allocations(
      id,
      'replaced',
      (stubs) => stubs.filter(({ JobVersion }) => JobVersion === 1).length === 2,
    );
    const replacement = next.find(({ JobVersion, ID }) => JobVersion === 1 && ID !== canary);
    await deployments().setHealth(deployment, { healthy: [replacement?.ID ?? ''] });
    await c.deploymentIn(id, 'successful', 1);
  });

  it('are not promoted by a promotion of nothing or of unknown groups, which succeeds', async () => {
    holds('Promoting nothing or unknown groups succeeds without effect, and promoting too early is 500');
    const { deployment, canary } = await withCanary(c, 'nothing', { HealthCheck: 'manual' });
    await deployments().setHealth(deployment, { healthy: [canary] });
    for (const more of [{}, { Groups: [] }, { Groups: ['nope'] }, { All: false }]) {
      const body = JSON.stringify({ DeploymentID: deployment, ...more });
      const { status, body: text } = await raw(c, `/v1/deployment/promote/${deployment}`, { method: 'PUT', body });
      assert.equal(status, 200, text);
      const answer = JSON.parse(text) as Record<string, unknown>;
      assert.match(String(answer['EvalID']), /^[0-9a-f-]{36}$/);
      const { value } = await deployments().read(deployment);
      assert.deepEqual(
        [value.ModifyIndex, value.TaskGroups?.['app']?.Promoted],
        [answer['DeploymentModifyIndex'], false],
      );
    }
  });

  it('take the place of all old allocations at once when they are promoted', async () => {
    holds('Health comes some time after it is due, success after that, and promotion ends all old allocations at once');
    const { id, deployment, canary, old, index } = await withCanary(c, 'at-once');
    const events: NomadEvent[] = [];
    const topics = { Allocation: [id], Deployment: [id] };
    await eventsOf(c, { topics, index: index + 1 }, async (event) => {
      events.push(event);
      const { Deployment: seen } = event.Payload ?? {};
      const group = seen?.TaskGroups?.['app'];
      if (seen?.ID === deployment && group?.HealthyAllocs === 1 && !group.Promoted) {
        await deployments().promoteAll(deployment);
      }
      return seen?.ID === deployment && seen.Status === 'successful';
    });
    const of = (test: (event: NomadEvent) => boolean) => events.find(test)?.Index ?? -1;
    const firstOf = (allocation: string) => of(({ Key }) => Key === allocation);
    const stopped = old.map((one) =>
      of(({ Key, Payload }) => Key === one && Payload?.Allocation?.DesiredStatus === 'stop'),
    );
    const replacement = (await idsOf(c, id, 1)).filter((one) => one !== canary);
    assert.equal(replacement.length, 1);
    // One plan stops both and places one.
    assert.deepEqual(stopped, [firstOf(replacement[0] ?? ''), firstOf(replacement[0] ?? '')]);
    const promoted = of(({ Payload }) => Payload?.Deployment?.TaskGroups?.['app']?.Promoted === true);
    assert.ok(promoted > 0 && promoted < (stopped[0] ?? 0), `${String(promoted)} ${stopped.join()}`);
  });

  it('are found healthy after the time that they have to be, and before the deployment ends', async () => {
    holds('Health comes some time after it is due, success after that, and promotion ends all old allocations at once');
    const id = c.id('health');
    const MinHealthyTime = 2 * second;
    const { index } = (await c.client.jobs.list()).meta;
    await c.register(service(id, { update: update({ MinHealthyTime }) }));
    const events: NomadEvent[] = [];
    await eventsOf(c, { topics: { Allocation: [id], Deployment: [id] }, index: index + 1 }, (event) => {
      events.push(event);
      return event.Payload?.Deployment?.Status === 'successful';
    });
    const allocations = events.flatMap(({ Payload, Index }) => {
      const one = Payload?.Allocation;
      return one === undefined ? [] : [{ one, Index }];
    });
    const started = allocations.find(({ one }) => one.ClientStatus === 'running');
    const found = allocations.find(({ one }) => one.DeploymentStatus?.Healthy === true);
    const done = events.find(({ Payload }) => Payload?.Deployment?.Status === 'successful')?.Index ?? 0;
    assert.ok(started !== undefined && found !== undefined);
    // It runs first, in an update of its own, is healthy later, and the deployment succeeds later than that.
    assert.ok(started.one.DeploymentStatus?.Healthy !== true);
    assert.ok(started.Index < found.Index && found.Index < done);
    const startedMs = Date.parse(started.one.TaskStates?.['main']?.StartedAt ?? '');
    const tookMs = Date.parse(found.one.DeploymentStatus?.Timestamp ?? '') - startedMs;
    const wantedMs = MinHealthyTime / 1e6 / c.speed;
    assert.ok(tookMs >= wantedMs - 5 && tookMs < wantedMs + 30_000, String(tookMs));
  });

  it('get healthy and are promoted while they are paused, but nothing follows before they go on', async () => {
    holds('A paused deployment goes on counting health and can be promoted, but nothing is placed before it resumes');
    const { id, deployment, canary, old } = await withCanary(c, 'paused', { MinHealthyTime: second });
    const { value: paused } = await deployments().pause(deployment, true);
    assert.deepEqual([paused.EvalID, paused.RevertedJobVersion], ['', null]);
    const still = await healthy(deployment);
    assert.deepEqual([still.Status, still.TaskGroups?.['app']?.Promoted], ['paused', false]);
    const { value } = await deployments().promoteAll(deployment);
    await evaluated(value.EvalID);
    const { value: promoted } = await deployments().read(deployment);
    assert.deepEqual([promoted.Status, promoted.TaskGroups?.['app']?.Promoted], ['paused', true]);
    assert.deepEqual(await idsOf(c, id, 1), [canary]);
    // Leaving `Pause` out goes on.
    const body = JSON.stringify({ DeploymentID: deployment });
    const { status } = await raw(c, `/v1/deployment/pause/${deployment}`, { method: 'PUT', body });
    assert.equal(status, 200);
    await c.deploymentIn(id, 'successful', 1);
    assert.equal((await idsOf(c, id, 1)).length, 2);
    const { value: list } = await c.client.jobs.allocations(id);
    const stopped = list.filter(({ DesiredStatus }) => DesiredStatus === 'stop').map(({ ID }) => ID);
    assert.deepEqual(stopped.sort(), [...old].sort());
  });

  it('leave what is replaced beside them at the version before', async () => {
    const { id, deployment, canary, old } = await withCanary(c, 'beside', { HealthCheck: 'manual' });
    const [gone = ''] = old;
    await c.client.allocations.stop(gone);
    const nextOf = (stubs: readonly AllocationStub[]) => stubs.find(({ ID }) => ID === gone)?.NextAllocation ?? '';
    const list = await c.allocations(id, 'replaced', (stubs) =>
      stubs.some(({ ID, ClientStatus }) => ID === nextOf(stubs) && ClientStatus === 'running'),
    );
    const { value } = await c.client.allocations.read(nextOf(list));
    const { value: first } = await c.client.allocations.read(gone);
    assert.deepEqual([value.Job?.Version, value.DeploymentID], [0, first.DeploymentID]);
    assert.equal(value.DeploymentStatus?.Canary ?? false, false);
    const { value: waiting } = await deployments().read(deployment);
    const group = waiting.TaskGroups?.['app'];
    assert.deepEqual([waiting.Status, group?.PlacedAllocs, group?.PlacedCanaries], ['running', 1, [canary]]);
    const { value: finished } = await deployments().read(first.DeploymentID ?? '');
    // Although it is over it counts one more.
    assert.deepEqual([finished.Status, finished.TaskGroups?.['app']?.PlacedAllocs], ['successful', 3]);
  });

  it('stop when the deployment is failed, and leave the job at its version with the old allocations', async () => {
    holds('Failing leaves the job at its version, unless it reverts by itself, which makes a version that is stable');
    const { id, deployment, canary, old } = await withCanary(c, 'failed');
    const { value } = await deployments().fail(deployment);
    assert.equal(value.RevertedJobVersion, null);
    const list = await c.allocations(id, 'without the canary', (stubs) =>
      stubs.some(({ ID, DesiredStatus, ClientStatus }) => {
        return ID === canary && DesiredStatus === 'stop' && ClientStatus === 'complete';
      }),
    );
    const running = list.filter((stub) => stub.DesiredStatus === 'run' && stub.ClientStatus === 'running');
    assert.deepEqual(running.map(({ ID }) => ID).sort(), [...old].sort());
    const { value: job } = await c.client.jobs.read(id);
    assert.deepEqual([job.Version, job.Status, job.Stable], [1, 'running', false]);
  });
});

contract('deployments out of the ordinary', (c) => {
  const deployments = () => c.client.deployments;

  it('say that they promote by themselves', async () => {
    holds('The first version has no canaries, and the description of a deployment says which promotion it waits for');
    const id = c.id('auto');
    const rollout = (MinHealthyTime: number) => update({ Canary: 1, AutoPromote: true, MinHealthyTime });
    await c.register(service(id, { update: rollout(100_000_000) }));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { update: rollout(50_000_000_000), env: { V: '1' } }));
    const { StatusDescription } = await c.deploymentIn(id, 'running', 1);
    assert.equal(StatusDescription, 'Deployment is running pending automatic promotion');
  });

  it('that revert by themselves make a version that is stable at once', async () => {
    holds(
      'Failing leaves the job at its version, unless it reverts by itself, which makes a version that is stable',
      'Every write to a deployment names the version it reverted to, which is null unless there was a revert',
    );
    const id = c.id('stable');
    const rollout = update({ AutoRevert: true, HealthCheck: 'manual' });
    await c.register(service(id, { update: rollout }));
    const first = await c.deploymentIn(id, 'running', 0);
    await deployments().setHealth(first.ID, { healthy: [await c.runningId(id)] });
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { update: rollout, env: { V: '1' } }));
    const second = await c.deploymentIn(id, 'running', 1);
    const { value } = await deployments().fail(second.ID);
    assert.equal(value.RevertedJobVersion, 0);
    const { value: failed } = await deployments().read(second.ID);
    assert.equal(failed.StatusDescription, 'Deployment marked as failed - rolling back to job version 0');
    const { value: job } = await c.client.jobs.read(id);
    assert.deepEqual([job.Version, job.Stable], [2, true]);
  });
});
