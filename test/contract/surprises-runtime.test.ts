import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { batch, second, service, shell, task, update } from './support/jobs.ts';
import { raw } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const output = { task: 'main', type: 'stdout' } as const;

contract('allocations out of the ordinary', (c) => {
  const allocations = () => c.client.allocations;
  let job = '';
  let id = '';

  before(async () => {
    job = c.id('odd');
    await c.register(service(job, { tasks: [task('main'), task('side')] }));
    id = await c.runningId(job);
  });

  it('take no account of a signal that is none', async () => {
    const deaf = c.id('deaf');
    // Some drivers send an interrupt in its place.
    const tasks = [task('main', shell("trap '' INT; echo up; exec sleep 3600"), { KillTimeout: second / 10 })];
    await c.register(service(deaf, { tasks }));
    const other = await c.runningId(deaf);
    for await (const chunk of c.client.allocations.logs(other, { ...output, follow: true })) {
      if (chunk.byteLength > 0) break;
    }
    for (const Signal of ['SIGWIBBLE', '']) {
      const body = JSON.stringify({ Signal, Task: 'main' });
      const { status, body: text } = await raw(c, `/v1/client/allocation/${other}/signal`, { method: 'PUT', body });
      assert.deepEqual([status, text], [200, '{"Index":0}']);
    }
    assert.equal((await allocations().read(other)).value.ClientStatus, 'running');
  });

  it('measure nothing of an unknown task', async () => {
    const { value } = await allocations().stats(id, { task: 'nope' });
    assert.equal(value.Tasks?.['nope'] ?? null, null);
    assert.ok((value.ResourceUsage?.MemoryStats?.RSS ?? 0) === 0);
  });

  it('restart every task where the key of the one is wrong', async () => {
    const body = JSON.stringify({ Task: 'main' });
    const { status } = await raw(c, `/v1/client/allocation/${id}/restart`, { method: 'PUT', body });
    assert.equal(status, 200);
    await c.until(
      'a restart of both tasks',
      (options) => allocations().read(id, options),
      ({ TaskStates }) =>
        ['main', 'side'].every((name) => TaskStates?.[name]?.Restarts === 1 && TaskStates[name].State === 'running'),
    );
  });

  it('keep the last ten events of a task', async () => {
    for (let restarts = 2; restarts <= 4; restarts += 1) {
      await allocations().restart(id, { task: 'main' });
      await c.until(
        'a restart',
        (options) => allocations().read(id, options),
        ({ TaskStates }) => TaskStates?.['main']?.Restarts === restarts && TaskStates['main'].State === 'running',
      );
    }
    const { value } = await allocations().read(id);
    assert.equal(value.TaskStates?.['main']?.Events?.length, 10);
  });
});

contract('logs out of the ordinary', (c) => {
  it('are not there before their task starts', async () => {
    const job = c.id('later');
    const tasks = [
      task('first', shell('exec sleep 3600'), { Lifecycle: { Hook: 'prestart', Sidecar: false } }),
      task('main'),
    ];
    await c.register(service(job, { tasks }));
    const [stub] = await c.allocations(job, 'preparing', (list) => list[0]?.TaskStates?.['first']?.State === 'running');
    const read = async () => {
      const options = { task: 'main', type: 'stdout' } as const;
      for await (const chunk of c.client.allocations.logs(stub?.ID ?? '', options)) return chunk;
      return undefined;
    };
    await assertRefused(read(), 404, 'task "main" not started yet. No logs available', 'notFound');
  });
});

contract('deployments out of the ordinary', (c) => {
  const deployments = () => c.client.deployments;

  it('say that they promote by themselves', async () => {
    const id = c.id('auto');
    const rollout = (MinHealthyTime: number) => update({ Canary: 1, AutoPromote: true, MinHealthyTime });
    await c.register(service(id, { update: rollout(100_000_000) }));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { update: rollout(50_000_000_000), env: { V: '1' } }));
    const { StatusDescription } = await c.deploymentIn(id, 'running', 1);
    assert.equal(StatusDescription, 'Deployment is running pending automatic promotion');
  });

  it('that revert by themselves make a version that is stable at once', async () => {
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

contract('event streams out of the ordinary', (c) => {
  const listen = async (options: { topics: string[]; index?: number }, ms: number) => {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(ms)]);
    let events = 0;
    for await (const line of c.client.events.stream({ ...options, signal })) {
      if (line === 'heartbeat') continue;
      events += line.Events.length;
      end.abort();
    }
    return events;
  };

  it('begin with what happened before, unless they are told where', async () => {
    await c.register(batch(c.id('before'), { script: 'true', job: { ParameterizedJob: {} } }));
    assert.ok((await listen({ topics: ['Job'] }, 10_000)) > 0);
  });
});
