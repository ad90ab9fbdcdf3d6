import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, task, unknownId, second, update } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

const memory = { CPU: 50, MemoryMB: 200 };

/** Nobody listens at it, and none that is given out by chance is as low. */
const silentPort = 1;

contract('services', (c) => {
  let job = '';
  let name = '';
  let ids: string[] = [];

  const read = () =>
    c.until(
      'two instances',
      (options) => c.client.services.read(name, options),
      (list) => list.length === 2,
    );

  before(async () => {
    job = c.id('svc');
    name = `${c.id('web')}-svc`;
    const check = { Name: 'listens', Type: 'tcp', Interval: 1_000_000_000, Timeout: 1_000_000_000, PortLabel: 'http' };
    const services = [{ Name: name, Provider: 'nomad', PortLabel: 'http', Tags: ['b', 'a'], Checks: [check] }];
    // Answers the check.
    const listen = "require('node:net').createServer().listen(+process.env.NOMAD_PORT_http, process.env.NOMAD_IP_http)";
    const tasks = [task('main', { command: process.execPath, args: ['-e', listen] }, { Resources: memory })];
    const more = { Networks: [{ Mode: 'host', DynamicPorts: [{ Label: 'http' }] }], Services: services };
    await c.register(service(job, { count: 2, more, tasks }));
    ids = (await c.running(job, 2)).map(({ ID }) => ID).sort();
  });

  it('are listed by namespace, with their tags', async () => {
    holds('services.list');
    await read();
    const { value, meta } = await c.client.services.list();
    const own = value.find(({ Namespace }) => Namespace === 'default')?.Services?.find((s) => s.ServiceName === name);
    assert.deepEqual([...(own?.Tags ?? [])].sort(), ['a', 'b']);
    assert.ok(meta.index > 0);
    const { value: all } = await c.client.services.list({ namespace: '*' });
    assert.ok(all.some(({ Services }) => Services?.some(({ ServiceName }) => ServiceName === name)));
    const nowhere = await c.client.services.list({ namespace: 'nope' });
    assert.deepEqual(
      nowhere.value.flatMap(({ Services }) => Services ?? []),
      [],
    );
  });

  it('have one instance for each allocation', async () => {
    holds('services.read');
    const value = await read();
    assert.deepEqual(value.map(({ AllocID }) => AllocID ?? '').sort(), ids);
    for (const instance of value) {
      assert.deepEqual([instance.ServiceName, instance.JobID, instance.Namespace], [name, job, 'default']);
      assert.match(instance.ID, new RegExp(`^_nomad-task-${String(instance.AllocID)}-group-app-${name}-http$`));
      assert.ok((instance.Port ?? 0) > 0 && instance.Address !== '');
    }
    assert.deepEqual((await c.client.services.read(`${name}-nope`)).value, []);
  });

  it('are found by job and by allocation', async () => {
    holds(
      'jobs.services',
      'jobs.services fails',
      'allocations.services',
      'allocations.services fails',
      'The path of the services of a job is printed without its version, and is not found so',
    );
    await read();
    const { value: ofJob } = await c.client.jobs.services(job);
    assert.deepEqual(ofJob.map(({ AllocID }) => AllocID ?? '').sort(), ids);
    const [first = ''] = ids;
    const { value: ofAllocation } = await c.client.allocations.services(first);
    assert.deepEqual(
      ofAllocation.map(({ AllocID }) => AllocID),
      [first],
    );
    await assertRefused(c.client.jobs.services(c.id('nope')), 404, 'job not found', 'notFound');
    await assertRefused(c.client.allocations.services(unknownId), 404, 'allocation not found', 'notFound');
  });

  it('choose the same instances for the same key', async () => {
    holds('services.read fails');
    await read();
    const chosen = async () =>
      (await c.client.services.read(name, { choose: '1|key' })).value.map(({ AllocID }) => AllocID);
    const first = await chosen();
    assert.equal(first.length, 1);
    assert.deepEqual(await chosen(), first);
    const form = "failed to choose services: Parameter for choose must be in form '<number>|<key>'";
    await assertRefused(c.client.services.read(name, { choose: 'x' }), 400, form, 'rejected');
  });

  it('tell how their checks went', async () => {
    holds('allocations.checks', 'allocations.checks fails');
    const [id = ''] = ids;
    const checks = await c.poll(
      'a result of the check',
      async () => (await c.client.allocations.checks(id)).value,
      (value) => Object.values(value ?? {}).some(({ Status }) => Status === 'success'),
    );
    const [key = '', check] = Object.entries(checks ?? {})[0] ?? [];
    assert.deepEqual(
      [check?.ID, check?.Check, check?.Service, check?.Mode, check?.Group],
      [key, 'listens', name, 'healthiness', `${job}.app[${(await indexOf(id)).toString()}]`],
    );
    assert.match(check?.Output ?? '', /^nomad: tcp ok$/);
    assert.ok((check?.Timestamp ?? 0) > 0);
    await assertRefused(c.client.allocations.checks(unknownId), 404, `Unknown allocation "${unknownId}"`, 'notFound');
  });

  it('have no checks where none are asked for', async () => {
    const plain = c.id('plain');
    await c.register(service(plain, { tasks: [task('main')] }));
    assert.equal((await c.client.allocations.checks(await c.runningId(plain))).value, null);
  });

  it('can be taken off the list, one instance at a time', async () => {
    holds('services.delete', 'services.delete fails');
    const [first, second] = await read();
    await c.client.services.delete(name, first?.ID ?? '');
    const { value } = await c.client.services.read(name);
    assert.deepEqual(
      value.map(({ ID }) => ID),
      [second?.ID],
    );
    const gone = 'service registration not found';
    await assertRefused(c.client.services.delete(name, 'nope'), 500, gone, 'rejected');
  });

  async function indexOf(id: string): Promise<number> {
    const { value } = await c.client.allocations.read(id);
    return Number(/\[(\d+)\]$/.exec(value.Name ?? '')?.[1]);
  }
});

contract('checks that fail', (c) => {
  let id = '';
  let allocation = '';

  before(async () => {
    id = c.id('sick');
    const check = (Name: string, more: object) => ({
      ...{ Name, Type: 'tcp', PortLabel: 'http', Interval: second, Timeout: second },
      ...more,
    });
    const Services = [
      {
        Name: `${c.id('web')}-svc`,
        Provider: 'nomad',
        PortLabel: 'http',
        Checks: [
          check('listens', {}),
          check('answers', { Type: 'http', Path: '/health', Method: 'GET' }),
          check('ready', { OnUpdate: 'ignore' }),
        ],
      },
    ];
    const tasks = [task('main', undefined, { Resources: { CPU: 50, MemoryMB: 50 } })];
    const more = { Networks: [{ Mode: 'host', ReservedPorts: [{ Label: 'http', Value: silentPort }] }], Services };
    const rollout = update({ HealthCheck: 'checks', HealthyDeadline: 5 * second, ProgressDeadline: 60 * second });
    await c.register(service(id, { more, tasks, update: rollout }));
    allocation = await c.runningId(id);
  });

  it('say so with their reason', async () => {
    const checks = await c.poll(
      'failures',
      async () => Object.values((await c.client.allocations.checks(allocation)).value ?? {}),
      (list) => list.length === 3 && list.every(({ Status, Output }) => Status === 'failure' && Output !== ''),
    );
    const byName = new Map(checks.map((check) => [check.Check, check]));
    assert.deepEqual([...byName.keys()].sort(), ['answers', 'listens', 'ready']);
    const refused = /^dial tcp 127\.0\.0\.\d+:\d+: connect: connection refused$/;
    for (const name of ['listens', 'ready']) assert.match(byName.get(name)?.Output ?? '', refused);
    const answers = byName.get('answers')?.Output ?? '';
    assert.match(answers, /^nomad: Get "http:\/\/127\.0\.0\.\d+:\d+\/health": dial tcp .*: connection refused$/);
    assert.ok((byName.get('answers')?.StatusCode ?? 0) === 0);
    assert.deepEqual(checks.map(({ Mode }) => Mode).sort(), ['healthiness', 'healthiness', 'readiness']);
  });

  it('keep a deployment from being healthy, until it fails', async () => {
    holds('The list of task events lacks some that exist, and has one that is only the message of another');
    const failed = await c.deploymentIn(id, 'failed');
    assert.equal(failed.StatusDescription, 'Failed due to unhealthy allocations');
    const group = failed.TaskGroups?.['app'];
    assert.deepEqual([group?.HealthyAllocs, group?.UnhealthyAllocs], [0, 1]);
    const { value } = await c.client.allocations.read(allocation);
    assert.equal(value.DeploymentStatus?.Healthy, false);
    const events = value.TaskStates?.['main']?.Events ?? [];
    const said = events.find(({ Type }) => Type === 'Alloc Unhealthy');
    const words = 'Task not running for min_healthy_time of 100ms by healthy_deadline of 5s';
    assert.deepEqual([said?.DisplayMessage, said?.Details], [words, { message: words }]);
    assert.equal(value.TaskStates?.['main']?.State, 'running');
  });
});
