import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import type { StateFollower } from '../../src/operations/allocationState/followState.ts';
import { contractAlone } from './support/contract.ts';
import { second, service, shell, task, unknownId } from './support/jobs.ts';
import { FollowedStates, textOf, untilState } from './support/states.ts';

contractAlone('the state of an allocation', (c) => {
  let states: FollowedStates;
  const all: StateFollower[] = [];

  before(() => {
    states = new FollowedStates(c.target.connection);
  });
  after(() => {
    for (const follower of all) follower.dispose();
    states.dispose();
    assert.deepEqual(states.failures, []);
  });

  const follow = (job: string, allocation: string) => {
    const follower = states.follow(job, allocation);
    all.push(follower);
    return follower;
  };

  it('tells why its task failed, how often it was tried, when it is placed anew, and where', async () => {
    const id = c.id('crash');
    const more = {
      RestartPolicy: { Attempts: 1, Interval: 600 * second, Delay: second, Mode: 'fail' },
      ReschedulePolicy: { Delay: 20 * second, DelayFunction: 'constant', Unlimited: true },
    };
    const side = task('side');
    // A deployment would have its own say in whether it is placed anew.
    await c.register(service(id, { tasks: [task('main', shell('exit 3')), side], more, update: { MaxParallel: 0 } }));
    const [first] = await c.allocations(id, 'there', (list) => list.length > 0);
    assert.ok(first);
    const follower = follow(id, first.ID);
    const failed = await untilState(follower, 'the failure', ({ replacedAtMs }) => replacedAtMs !== undefined);
    const text = textOf(failed);
    assert.match(
      text,
      /^Job .* v0 · app\[0\] · allocation [0-9a-f-]{36} · node .* · here \/ default\nState {4}failed · exit 3/,
    );
    assert.match(text, /Last error\n {2}main exited 3 \(1 restart\), /);
    assert.match(text, /Nomad places another allocation at /);
    assert.match(text, / main +Terminated +Exit Code: 3\n/);
    assert.match(text, / main +Restarting +Task restarting in \S+ · Restart within policy\n/);
    assert.match(text, / side +Sibling Task Failed +Task's sibling "main" failed\n/);
    const times = (failed.known?.events ?? []).map(({ atMs = 0 }) => atMs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );

    const replaced = await untilState(follower, 'its replacement', ({ next }) => next !== undefined);
    const nextId = replaced.known?.record.nextAllocation ?? '';
    assert.match(textOf(replaced), new RegExp(`Next {6}${nextId.slice(0, 8)} {2}\\S+app\\[0\\] · `));
    assert.doesNotMatch(textOf(replaced), /Nomad places another/);
    const next = await untilState(follow(id, nextId), 'the one before it', ({ previous }) => previous !== undefined);
    assert.match(textOf(next), new RegExp(`Previous {2}${first.ID.slice(0, 8)} {2}.* · failed · exit 3`));
    assert.match(textOf(next), new RegExp(`Rescheduled from ${first.ID.slice(0, 8)} .*, \\d+ s after it failed`));
  });

  it('tells its services, checks, ports, resources and environment, and what it uses while somebody looks', async () => {
    const id = c.id('whole');
    const check = { Name: 'listens', Type: 'tcp', Interval: second, Timeout: second, PortLabel: 'http' };
    const none = { ...check, Name: 'silent', PortLabel: '', Type: 'http', Path: '/nope', Protocol: 'http' };
    const services = [
      {
        Name: `${id}-svc`,
        Provider: 'nomad',
        PortLabel: 'http',
        Tags: ['blue'],
        Checks: [check, { ...none, PortLabel: 'other' }],
      },
    ];
    const listen =
      "require('node:net').createServer().listen(+process.env.NOMAD_PORT_http, process.env.NOMAD_IP_http);" +
      'const all = []; setInterval(() => { for (const end = Date.now() + 30; Date.now() < end;) all.length = 0; }, 100);';
    const main = task(
      'main',
      { command: process.execPath, args: ['-e', listen] },
      {
        Resources: { CPU: 50, MemoryMB: 200, MemoryMaxMB: 0 },
        Env: { COLOR: 'blue', API_TOKEN: 'hunter2' },
      },
    );
    const Networks = [{ Mode: 'host', DynamicPorts: [{ Label: 'http' }, { Label: 'other' }] }];
    await c.register(service(id, { tasks: [main], more: { Networks, Services: services } }));
    const allocation = await c.runningId(id);
    const follower = follow(id, allocation);
    follower.show(false);
    await untilState(follower, 'what is known', ({ known }) => known !== undefined);
    assert.equal(follower.state.usage, undefined);
    follower.show(true);
    await untilState(
      follower,
      'the services',
      ({ services: told }) => told !== undefined && 'value' in told && told.value.length > 0,
    );
    // More than Node itself takes, and a few of them; what a node measures comes with some delay.
    await untilState(follower, 'a few figures', ({ usage }) => {
      const { cpuMhz = 0, memoryBytes = 0 } = usage?.samples.at(-1)?.tasks.get('main') ?? {};
      return (usage?.samples.length ?? 0) > 2 && cpuMhz > 0 && memoryBytes > 10 * 1024 * 1024;
    });
    follower.show(false);
    const text = textOf(follower.state);
    assert.match(text, /Using {4}cpu \S+ of 50 MHz [▁▂▃▄▅▆▇█·]+ · memory \S+ of 200 MiB [▁▂▃▄▅▆▇█·]+\n/);
    assert.match(text, new RegExp(`Services\\n {2}${id}-svc +\\S+:\\d+ +blue\\n`));
    assert.match(text, /Ports\n {2}http +\S+:\d+\n {2}other +\S+:\d+\n/);
    assert.match(
      text,
      /\n {2}main +cpu +50 MHz +\S+ MHz \(\d+ %\) +[▁▂▃▄▅▆▇█·]+\n {2} +memory +200 MiB +\S+ MiB \(\d+ %\) +/,
    );
    assert.match(text, /Environment\n {2}API_TOKEN=••••••\n {2}COLOR=blue(?:\n|$)/);
    follower.show(true);
    const checked = await untilState(follower, 'the checks', (state) => {
      return /✓ \S+ +listens +success/.test(textOf(state)) && /✗ \S+ +silent +failure/.test(textOf(state));
    });
    assert.ok(textOf(checked).indexOf('✗') < textOf(checked).indexOf('✓'));
  });

  it('is said to be collected, with what was known of it', async () => {
    const id = c.id('gone');
    await c.register(service(id));
    const allocation = await c.runningId(id);
    const follower = follow(id, allocation);
    await untilState(follower, 'what is known', ({ known }) => known !== undefined);
    await c.client.jobs.stop(id, { purge: true });
    await c.poll(
      'its removal',
      async () => {
        // What still runs is left for the next time.
        await c.client.operator.collectGarbage();
        follower.refresh();
        return follower.state.standing.kind;
      },
      (kind) => kind === 'collected',
    );
    assert.match(
      textOf(follower.state),
      /\nCollected: Nomad has removed this allocation; what is below was right at .*\nState /,
    );
    const never = follow(id, unknownId);
    await untilState(never, 'that it is not there', ({ standing }) => standing.kind === 'collected');
    assert.match(textOf(never.state), /^Allocation it on here\nCollected: Nomad has removed this allocation$/);
  });
});
