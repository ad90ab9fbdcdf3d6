import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { allocated } from '../../src/wording/allocated.ts';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, second, service, shell, task, unknownId, update } from './support/jobs.ts';
import { raw } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const output = { task: 'main', type: 'stdout' } as const;

contract('allocations', (c) => {
  const allocations = () => c.client.allocations;
  let job = '';
  let id = '';

  before(async () => {
    job = c.id('al');
    await c.register(service(job, { tasks: [task('main'), task('side')] }));
    id = await c.runningId(job);
  });

  it('lists them with the states of their tasks', async () => {
    holds('allocations.list');
    const { value } = await allocations().list({ filter: `JobID == "${job}"` });
    const [stub] = value;
    assert.deepEqual(
      [value.length, stub?.ID, stub?.Name, stub?.ClientStatus, stub?.DesiredStatus, stub?.JobVersion],
      [1, id, `${job}.app[0]`, 'running', 'run', 0],
    );
    const main = stub?.TaskStates?.['main'];
    assert.deepEqual([main?.State, main?.Failed, main?.Restarts], ['running', false, 0]);
    assert.deepEqual(
      main?.Events?.map(({ Type }) => Type),
      ['Received', 'Task Setup', 'Started'],
    );
    assert.equal(main.Events[2]?.DisplayMessage, 'Task started by client');
    const { value: bare } = await allocations().list({ filter: `JobID == "${job}"`, taskStates: false });
    assert.equal(bare[0]?.TaskStates ?? null, null);
  });

  it('lists those of which any or every task fits', async () => {
    const found = async (filter: string) => {
      const { value } = await allocations().list({ filter: `JobID == "${job}" and (${filter})`, taskStates: false });
      return value.length;
    };
    assert.equal(await found('any TaskStates as _, state { state.Restarts == 0 }'), 1);
    assert.equal(await found('any TaskStates as _, state { state.Restarts != 0 }'), 0);
    assert.equal(await found('all TaskStates as _, state { state.State == "running" }'), 1);
    assert.equal(await found('all TaskStates as name, _ { name == "main" }'), 0);
    assert.equal(await found('any TaskStates as name { name == "main" }'), 1);
  });

  it('reads one with its job and resources', async () => {
    holds('allocations.read');
    const { value, meta } = await allocations().read(id);
    assert.deepEqual([value.ID, value.JobID, value.Job?.Version], [id, job, 0]);
    assert.equal(meta.index, value.ModifyIndex);
    const resources = value.AllocatedResources as { Tasks: Record<string, { Memory: { MemoryMB: number } }> };
    assert.equal(resources.Tasks['side']?.Memory.MemoryMB, 20);
  });

  it('tells the ports and the resources of one', async () => {
    const ported = c.id('al-ports');
    const networks = [{ Mode: 'host', DynamicPorts: [{ Label: 'http' }] }];
    await c.register(service(ported, { tasks: [task('main'), task('side')], more: { Networks: networks } }));
    const { value } = await allocations().read(await c.runningId(ported));
    const { ports, tasks } = allocated(value);
    assert.deepEqual(
      ports.map(({ label, to, task: owner }) => [label, to, owner]),
      [['http', undefined, undefined]],
    );
    assert.ok((ports[0]?.port ?? 0) > 1024);
    assert.match(ports[0]?.hostIp ?? '', /^[\da-f.:]+$/);
    assert.deepEqual(
      tasks.map(({ name, cpuMhz, memoryMib, memoryMaxMib }) => [name, cpuMhz, memoryMib, memoryMaxMib]),
      [
        ['main', 20, 20, undefined],
        ['side', 20, 20, undefined],
      ],
    );
  });

  it('finds by a prefix of an even number of digits only', async () => {
    holds('allocations.list fails');
    const { value } = await allocations().list({ prefix: id.slice(0, 8) });
    assert.ok(value.some(({ ID }) => ID === id));
    const words = 'alloc lookup failed: index error: Input (without hyphens) must be even length';
    await assertRefused(allocations().list({ prefix: id.slice(0, 7) }), 500, words, 'rejected');
  });

  it('refuses short and unknown ids', async () => {
    holds(
      'allocations.read fails',
      'allocations.stop fails',
      'allocations.restart fails',
      'allocations.stats fails',
      'An id in a path that is no whole UUID is 500, while a whole one that nothing has is 404',
    );
    const short = 'alloc lookup failed: index error: UUID must be 36 characters';
    await assertRefused(allocations().read(id.slice(0, 8)), 500, short, 'rejected');
    await assertRefused(allocations().read('nope'), 500, short, 'rejected');
    await assertRefused(allocations().read(unknownId), 404, 'alloc not found', 'notFound');
    await assertRefused(allocations().stop(unknownId), 404, 'allocation not found', 'notFound');
    const unknown = `Unknown allocation "${unknownId}"`;
    await assertRefused(allocations().restart(unknownId), 404, unknown, 'notFound');
    await assertRefused(allocations().stats(unknownId), 404, unknown, 'notFound');
  });

  it('measures its tasks', async () => {
    holds('allocations.stats');
    const { value } = await allocations().stats(id);
    assert.deepEqual(Object.keys(value.Tasks ?? {}).sort(), ['main', 'side']);
    assert.equal(typeof value.ResourceUsage?.MemoryStats?.RSS, 'number');
    assert.equal(typeof value.ResourceUsage?.CpuStats?.Percent, 'number');
  });

  it('restarts one task in place', async () => {
    holds(
      'allocations.restart',
      'A bad signal succeeds, ten events of a task are kept, and unknown tasks have zeros for statistics',
    );
    await allocations().restart(id, { task: 'main' });
    const restarted = await c.until(
      'a restart of main',
      (options) => allocations().read(id, options),
      ({ TaskStates }) => TaskStates?.['main']?.Restarts === 1 && TaskStates['main'].State === 'running',
    );
    assert.equal(restarted.TaskStates?.['side']?.Restarts, 0);
    const types = restarted.TaskStates['main']?.Events?.map(({ Type }) => Type) ?? [];
    assert.ok(types.includes('Restart Signaled'), types.join());
    assert.equal(types.at(-1), 'Started');
    const nope = 'Could not find task runner for task: nope';
    await assertRefused(allocations().restart(id, { task: 'nope' }), 500, nope, 'rejected');
    await assertRefused(
      allocations().restart(id, { task: 'main', allTasks: true }),
      500,
      'task name cannot be set when restarting all tasks',
      'rejected',
    );
  });

  it('signals a task', async () => {
    holds('allocations.signal', 'allocations.signal fails');
    await allocations().signal(id, 'SIGCONT', { task: 'main' });
    await assertRefused(allocations().signal(id, 'SIGCONT', { task: 'nope' }), 500, 'Task not found', 'rejected');
  });

  it('stops one, which is replaced', async () => {
    holds(
      'allocations.stop',
      'A bad signal succeeds, ten events of a task are kept, and unknown tasks have zeros for statistics',
    );
    const { value } = await allocations().stop(id);
    assert.match(value.EvalID, /^[0-9a-f-]{36}$/);
    const list = await c.allocations(job, 'replaced', (stubs) => {
      const old = stubs.find(({ ID }) => ID === id);
      return (
        old?.ClientStatus === 'complete' && stubs.some((stub) => stub.ID !== id && stub.ClientStatus === 'running')
      );
    });
    const old = list.find(({ ID }) => ID === id);
    assert.equal(old?.DesiredStatus, 'stop');
    assert.equal(old.DesiredTransition?.['Migrate'], true);
    const next = list.find(({ ID }) => ID !== id);
    assert.equal(next?.Name, old.Name);
    assert.equal((await allocations().read(next.ID)).value.PreviousAllocation, id);
    const words = 'restart of an alloc that should not run';
    await assertRefused(allocations().restart(id), 500, words, 'rejected');
  });
});

contract('allocations of a deployment that was failed', (c) => {
  it('are restarted and signalled as long as their tasks run', async () => {
    const id = c.id('ends');
    // It hears of no signal, so that it ends when the time to do so is over.
    const deaf = (version: string) =>
      shell(`trap '' INT TERM HUP USR1; : ${version}; while :; do echo up; sleep 0.2; done`);
    const long = { KillTimeout: 15 * second };
    const version = (name: string, more = {}) =>
      service(id, { tasks: [task('main', deaf(name), long)], update: update(more) });
    await c.register(version('one'));
    await c.deploymentIn(id, 'successful');
    await c.register(version('two', { Canary: 1, MinHealthyTime: 100 * second, HealthyDeadline: 110 * second }));
    const list = await c.allocations(id, 'a canary that runs', (stubs) =>
      stubs.some(({ JobVersion, ClientStatus }) => JobVersion === 1 && ClientStatus === 'running'),
    );
    const canary = list.find(({ JobVersion }) => JobVersion === 1);
    const stays = list.find(({ JobVersion }) => JobVersion === 0);
    assert.ok(canary && stays);
    const { value: whole } = await c.client.allocations.read(canary.ID);
    await c.client.deployments.fail(whole.DeploymentID ?? '');
    await c.allocations(id, 'the canary to stop', (stubs) => {
      const stub = stubs.find(({ ID }) => ID === canary.ID);
      return stub?.TaskStates?.['main']?.Events?.some(({ Type }) => Type === 'Killing') === true;
    });

    const words = 'restart of an alloc that should not run';
    const { allocations } = c.client;
    await assertRefused(allocations.restart(canary.ID), 500, words, 'rejected');
    await allocations.signal(canary.ID, 'SIGUSR1', { task: 'main' });
    await allocations.signal(stays.ID, 'SIGUSR1', { task: 'main' });
    // For one task it is not asked whether its allocation should run; it isn't started again for all that.
    await allocations.restart(canary.ID, { task: 'main' });
    const over = await c.until(
      'the end of the canary',
      (options) => allocations.read(canary.ID, options),
      ({ ClientStatus }) => ClientStatus === 'complete',
    );
    const types = over.TaskStates?.['main']?.Events?.map(({ Type }) => Type) ?? [];
    assert.deepEqual(types.slice(3), ['Killing', 'Signaling', 'Restart Signaled', 'Terminated', 'Killed']);
    await assertRefused(allocations.restart(canary.ID, { task: 'main' }), 500, 'Task not running', 'rejected');
  });
});

contract('failing allocations', (c) => {
  const events = async (id: string) => {
    const [stub] = await c.allocations(id, 'failed', (list) => list[0]?.ClientStatus === 'failed');
    return stub?.TaskStates?.['main'];
  };

  it('tells the exit code', async () => {
    const id = c.id('exit');
    await c.register(batch(id, { script: 'exit 3' }));
    const state = await events(id);
    assert.deepEqual([state?.State, state?.Failed], ['dead', true]);
    const ended = state?.Events?.find(({ Type }) => Type === 'Terminated');
    assert.equal(ended?.DisplayMessage, 'Exit Code: 3');
    assert.equal(ended.Details?.['exit_code'], '3');
    assert.equal(state?.Events?.at(-1)?.Type, 'Not Restarting');
  });

  it('restarts as often as the policy says', async () => {
    const id = c.id('restarts');
    const RestartPolicy = { Attempts: 2, Interval: 60_000_000_000, Delay: 100_000_000, Mode: 'fail' };
    await c.register(batch(id, { script: 'exit 1', more: { RestartPolicy } }));
    const state = await events(id);
    assert.equal(state?.Restarts, 2);
    assert.equal(state.Events?.filter(({ Type }) => Type === 'Terminated').length, 3);
  });

  it('tells that a command does not exist', async () => {
    const id = c.id('missing');
    await c.register(batch(id, { tasks: [task('main', { command: '/no/such' })] }));
    const state = await events(id);
    const failed = state?.Events?.find(({ Type }) => Type === 'Driver Failure');
    assert.match(failed?.DisplayMessage ?? '', /\/no\/such/);
  });
});

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
    holds('A bad signal succeeds, ten events of a task are kept, and unknown tasks have zeros for statistics');
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
    holds('A bad signal succeeds, ten events of a task are kept, and unknown tasks have zeros for statistics');
    const { value } = await allocations().stats(id, { task: 'nope' });
    assert.equal(value.Tasks?.['nope'] ?? null, null);
    assert.ok((value.ResourceUsage?.MemoryStats?.RSS ?? 0) === 0);
  });

  it('restart every task where the key of the one is wrong', async () => {
    holds('Restarting is said to take a key `Task`, which is ignored, so that every task restarts; it is `TaskName`');
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
    holds('A bad signal succeeds, ten events of a task are kept, and unknown tasks have zeros for statistics');
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
