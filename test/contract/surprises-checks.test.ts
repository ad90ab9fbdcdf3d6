import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { second, service, task, update } from './support/jobs.ts';

/** Nobody listens at it, and none that is given out by chance is as low. */
const silentPort = 1;

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
