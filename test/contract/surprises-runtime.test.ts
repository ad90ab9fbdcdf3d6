import assert from 'node:assert/strict';
import { request } from 'node:http';
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

  it('leave out what is zero, and send null for a time that is none', async () => {
    const { value: stub } = await c.client.jobs.allocations(job);
    const main = stub[0]?.TaskStates?.['main'];
    assert.deepEqual([main?.FinishedAt ?? null, main?.LastRestart ?? null], [null, null]);
    assert.ok(Date.parse(main?.StartedAt ?? '') > 0);
    assert.ok(!('PreviousAllocation' in (stub[0] ?? {})));
    const { value } = await allocations().read(id);
    assert.ok(!('PreviousAllocation' in value) && !('FollowupEvalID' in value));
    const { value: evaluations } = await c.client.jobs.evaluations(job);
    assert.ok(evaluations.every((one) => !('Wait' in one) && !('NextEval' in one)));
  });

  it('say whether logs are disabled, not enabled', async () => {
    const { value } = await c.client.jobs.read(job);
    const config = value.TaskGroups?.[0]?.Tasks?.[0]?.['LogConfig'] as Record<string, unknown>;
    assert.deepEqual([config['Disabled'], 'Enabled' in config], [false, false]);
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
    await allocations().signal(other, 'SIGWIBBLE', { task: 'main' });
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
      ({ TaskStates }) => TaskStates?.['main']?.Restarts === 1 && TaskStates['side']?.Restarts === 1,
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
  let quiet = '';
  let over = '';

  before(async () => {
    const job = c.id('quiet');
    await c.register(service(job));
    quiet = await c.runningId(job);
    const done = c.id('done');
    await c.register(batch(done, { script: 'printf abc' }));
    const [stub] = await c.allocations(done, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    over = stub?.ID ?? '';
  });

  /** What comes of a request, and whether it was answered and over, after some time. */
  const listen = (path: string, ms: number) =>
    new Promise<{ status: number | undefined; ended: boolean; text: string }>((resolve, reject) => {
      const seen = { status: undefined as number | undefined, ended: false, text: '' };
      const { hostname, port } = new URL(c.target.connection.address);
      const sent = request({ host: hostname, port, path, agent: false }, (response) => {
        seen.status = response.statusCode;
        response.on('data', (part: Buffer) => (seen.text += part.toString('utf8')));
        response.on('end', () => (seen.ended = true));
        response.on('error', () => undefined);
      });
      sent.on('error', (error) => {
        if (!sent.destroyed) reject(error);
      });
      sent.end();
      setTimeout(() => {
        sent.destroy();
        resolve(seen);
      }, ms);
    });

  const path = (id: string, more: string) => `/v1/client/fs/logs/${id}?task=main&type=stdout&${more}`;

  it('send a heartbeat every second, on no line of its own', async () => {
    const { status, ended, text } = await listen(path(quiet, 'follow=true'), 2500);
    assert.deepEqual([status, ended], [200, false]);
    assert.match(text, /^(\{\}){1,3}$/);
  });

  it('send not even headers while a task is quiet and its log plain', async () => {
    const seen = await listen(path(quiet, 'follow=true&plain=true'), 500);
    assert.deepEqual(seen, { status: undefined, ended: false, text: '' });
  });

  it('go on for an allocation that is over', async () => {
    const { ended, text } = await listen(path(over, 'follow=true'), 1500);
    assert.equal(ended, false);
    const [first = ''] = text.split('}');
    const frame = JSON.parse(`${first}}`) as Record<string, string>;
    assert.equal(Buffer.from(frame['Data'] ?? '', 'base64').toString('utf8'), 'abc');
  });

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

  const withCanary = async (name: string, more = {}) => {
    const id = c.id(name);
    const rollout = update({ Canary: 1, ...more });
    await c.register(service(id, { count: 2, update: rollout }));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { count: 2, update: rollout, env: { V: '1' } }));
    const isHealthy = ({ JobVersion, TaskGroups }: { JobVersion: number; TaskGroups: unknown }) =>
      JobVersion === 1 && (TaskGroups as Record<string, { HealthyAllocs: number }>)['app']?.HealthyAllocs === 1;
    return { id, deployment: await c.deployment(id, 'healthy', isHealthy) };
  };

  it('are promoted twice without complaint, and stop all old allocations', async () => {
    const { id, deployment } = await withCanary('twice');
    const { value } = await deployments().promoteAll(deployment.ID);
    assert.equal(value.RevertedJobVersion, null);
    const [again] = await Promise.allSettled([deployments().promoteAll(deployment.ID)]);
    if (again.status === 'rejected') assert.match(String(again.reason), /terminal deployment/);
    const list = await c.allocations(id, 'replaced', (stubs) =>
      stubs.every(({ JobVersion, DesiredStatus }) => JobVersion === 1 || DesiredStatus === 'stop'),
    );
    assert.ok(list.filter(({ JobVersion }) => JobVersion === 0).length === 2);
    await c.deploymentIn(id, 'successful', 1);
  });

  it('are promoted while they are paused, and resume without a word about it', async () => {
    const { id, deployment } = await withCanary('paused');
    await deployments().pause(deployment.ID, true);
    await deployments().promoteAll(deployment.ID);
    assert.equal((await deployments().read(deployment.ID)).value.TaskGroups?.['app']?.Promoted, true);
    const body = JSON.stringify({ DeploymentID: deployment.ID });
    await raw(c, `/v1/deployment/pause/${deployment.ID}`, { method: 'PUT', body });
    await c.deploymentIn(id, 'successful', 1);
  });

  it('say that they promote by themselves', async () => {
    const id = c.id('auto');
    const rollout = (MinHealthyTime: number) => update({ Canary: 1, AutoPromote: true, MinHealthyTime });
    await c.register(service(id, { update: rollout(100_000_000) }));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { update: rollout(50_000_000_000), env: { V: '1' } }));
    const { StatusDescription } = await c.deploymentIn(id, 'running', 1);
    assert.equal(StatusDescription, 'Deployment is running pending automatic promotion');
  });

  it('are made by a change of the count, too', async () => {
    const id = c.id('count');
    await c.register(service(id));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { count: 2 }));
    const done = await c.deploymentIn(id, 'successful', 1);
    assert.deepEqual([done.TaskGroups?.['app']?.DesiredTotal, done.TaskGroups?.['app']?.HealthyAllocs], [2, 2]);
    assert.equal(done.Namespace, 'default');
    assert.equal('CreateTime' in done, c.atLeast(2));
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

  it('are silent for topics that there are not', async () => {
    assert.equal(await listen({ topics: ['Wibble'] }, 500), 0);
  });
});
