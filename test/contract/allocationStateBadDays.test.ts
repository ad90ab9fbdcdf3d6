import assert from 'node:assert/strict';
import { afterEach, before, it } from 'mocha';
import type { StateFollower } from '../../src/operations/allocationState/followState.ts';
import { contractAlone, contractWithAcl, type Contract } from './support/contract.ts';
import { second, service, shell, task } from './support/jobs.ts';
import { contractWithNodes } from './support/nodes.ts';
import { makeToken, post } from './support/raw.ts';
import { Relay } from './support/relay.ts';
import { FollowedStates, textOf, untilState } from './support/states.ts';

/** Gives what is opened to be closed after the test. */
function opened(c: Contract) {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  const states = (more: object = {}) => {
    const made = new FollowedStates({ ...c.target.connection, ...more });
    ends.push(() => {
      made.dispose();
      assert.deepEqual(made.failures, []);
    });
    return made;
  };
  const follow = (from: FollowedStates, job: string, allocation: string): StateFollower => {
    const follower = from.follow(job, allocation);
    ends.push(() => {
      follower.dispose();
    });
    return follower;
  };
  return { states, follow, ends };
}

contractWithAcl('the state of an allocation that may not be read', (c) => {
  const { states, follow } = opened(c);
  let allocation = '';
  let job = '';

  before(async () => {
    job = c.id('denied');
    await c.register(service(job));
    allocation = await c.runningId(job);
  });

  const tokenFor = async (name: string, Rules: string) => {
    await post(c, `/v1/acl/policy/${name}`, { Name: name, Rules });
    return (await makeToken(c, name)).SecretID;
  };

  it('says which right lacks, where the token may see logs alone', async () => {
    const rules = 'namespace "default" {\n  capabilities = ["list-jobs", "read-logs"]\n}';
    const from = states({ token: await tokenFor('logs-only', rules) });
    const { standing } = await untilState(
      follow(from, job, allocation),
      'why',
      (state) => state.standing.kind === 'stale',
    );
    assert.ok(standing.kind === 'stale');
    assert.match(
      standing.why,
      /(?:Unknown allocation|Permission denied).*\. The token needs read-job in namespace default$/,
    );
    assert.equal(standing.sinceMs, undefined);
  });

  it('says which right lacks, where the token is of another namespace', async () => {
    await post(c, '/v1/namespace', { Name: 'elsewhere' });
    const from = states({ token: await tokenFor('elsewhere', 'namespace "elsewhere" {\n  policy = "write"\n}') });
    const { standing } = await untilState(
      follow(from, job, allocation),
      'why',
      (state) => state.standing.kind === 'stale',
    );
    assert.ok(standing.kind === 'stale');
    // It is followed by its cluster and read by itself: whichever is refused first is told.
    assert.match(standing.why, /The token needs (?:list-jobs|read-job) in namespace default$/);
  });

  it('is whole for a token that may list and read jobs and nothing else', async () => {
    const rules = 'namespace "default" {\n  capabilities = ["list-jobs", "read-job"]\n}';
    const from = states({ token: await tokenFor('jobs-only', rules) });
    const follower = follow(from, job, allocation);
    const state = await untilState(follower, 'cpu and memory', ({ usage }) => (usage?.samples.length ?? 0) > 0);
    assert.doesNotMatch(textOf(state), /Not read|Permission/);
    assert.match(textOf(state), /\nTimeline\n/);
  });
});

contractAlone('the state of an allocation on a bad day', (c) => {
  const { states, follow, ends } = opened(c);

  it('is told by a gateway that waits in vain to be stale, and goes on by itself', async () => {
    const job = c.id('gateway');
    await c.register(service(job));
    const allocation = await c.runningId(job);
    const way = await Relay.to(c.target.connection.address);
    ends.push(() => way.close());
    const from = states({ address: way.address });
    const follower = follow(from, job, allocation);
    await untilState(
      follower,
      'what is known',
      ({ standing, known }) => standing.kind === 'live' && known !== undefined,
    );
    way.mode = 'timeout';
    way.cut();
    follower.refresh();
    // That the stream of events was cut may be told before.
    const stale = await untilState(follower, 'the words of the gateway', (state) =>
      /\nStale since .*(?:504|answered with something that is not Nomad's)/.test(textOf(state)),
    );
    assert.match(textOf(stale), /\nTimeline\n/);
    way.mode = 'pass';
    // Nobody asks for it.
    await untilState(follower, 'that it goes on', ({ standing }) => standing.kind === 'live');
  });

  it('is said to be collected as soon as it is, though no event tells of that', async () => {
    const job = c.id('over');
    const more = { RestartPolicy: { Attempts: 0, Interval: 600 * second, Delay: second, Mode: 'fail' } };
    const none = { Attempts: 0, Unlimited: false };
    const tasks = [task('main', shell('exit 3'))];
    await c.register(service(job, { tasks, more: { ...more, ReschedulePolicy: none }, update: { MaxParallel: 0 } }));
    const [first] = await c.allocations(job, 'failed', (list) => list.some((one) => one.ClientStatus === 'failed'));
    const from = states();
    const follower = follow(from, job, first?.ID ?? '');
    await untilState(follower, 'the failure', ({ known }) => known?.record.clientStatus === 'failed');
    await c.client.jobs.stop(job);
    await c.poll(
      'its removal',
      async () => {
        await c.client.operator.collectGarbage();
        return c.client.allocations.read(first?.ID ?? '').then(
          () => false,
          () => true,
        );
      },
      (isGone) => isGone,
    );
    // Nothing but Nomad's own answer to a question that it holds can tell.
    const collected = await untilState(follower, 'that', ({ standing }) => standing.kind === 'collected');
    assert.match(textOf(collected), /\nCollected: Nomad has removed this allocation; what is below was right at /);
  });

  it('asks for nothing while nobody looks, and for what it missed once somebody does', async () => {
    const job = c.id('hidden');
    await c.register(service(job));
    const allocation = await c.runningId(job);
    const from = states();
    const follower = follow(from, job, allocation);
    await untilState(follower, 'what is used', ({ usage }) => (usage?.samples.length ?? 0) > 0);
    follower.show(false);
    const isOfIt = (path: string) => path.includes(allocation);
    // What is on its way comes back.
    await c.quiet(1500);
    const before = from.asked.filter(isOfIt).length;
    await c.client.allocations.restart(allocation);
    await c.poll(
      'that it is restarted',
      () => Promise.resolve(from.cluster.store.allocations.get(allocation)?.tasks?.[0]?.restarts ?? 0),
      (restarts) => restarts > 0,
    );
    await c.quiet(2500);
    assert.equal(from.asked.filter(isOfIt).length, before);
    follower.show(true);
    const state = await untilState(
      follower,
      'the restart',
      ({ known }) => (known?.record.tasks?.[0]?.restarts ?? 0) > 0,
    );
    assert.match(textOf(state), /Restart Signaled/);
  });
});

contractWithNodes('the state of an allocation whose node is away', [{ name: 'one' }, { name: 'two' }], (c, nodes) => {
  const { states, follow } = opened(c);

  it('is said to be unknown, and once its node is back to run, with what it uses', async () => {
    const job = c.id('away');
    const away = c.atLeast(1, 8)
      ? { Disconnect: { LostAfter: 600 * second, Replace: false } }
      : { MaxClientDisconnect: 600 * second };
    await c.register(service(job, { more: away }));
    const [first] = await c.running(job, 1);
    assert.ok(first);
    const follower = follow(states(), job, first.ID);
    await untilState(follower, 'what it uses', ({ usage }) => (usage?.samples.length ?? 0) > 0);
    nodes.pause(first.NodeName ?? '');
    const unknown = await untilState(follower, 'that', ({ known }) => known?.record.clientStatus === 'unknown');
    assert.match(textOf(unknown), /\nState {4}unknown/);
    assert.equal(unknown.standing.kind, 'live');
    nodes.resume(first.NodeName ?? '');
    const samples = unknown.usage?.samples.length ?? 0;
    const back = await untilState(follower, 'it again', ({ known, usage }) => {
      return known?.record.clientStatus === 'running' && (usage?.samples.length ?? 0) > samples;
    });
    assert.match(textOf(back), /\nState {4}running/);
  });

  it('is said to be lost with it, and why', async () => {
    const job = c.id('lost');
    await c.register(service(job));
    const [first] = await c.running(job, 1);
    assert.ok(first);
    const follower = follow(states(), job, first.ID);
    await untilState(follower, 'what is known', ({ known }) => known !== undefined);
    nodes.pause(first.NodeName ?? '');
    const lost = await untilState(follower, 'that', ({ known }) => known?.record.clientStatus === 'lost');
    assert.match(textOf(lost), /\nState {4}lost/);
    assert.match(textOf(lost), /\nDesired {2}stop · alloc is lost since its node is down\n/);
    assert.match(textOf(lost), /\nTimeline\n/);
    nodes.resume(first.NodeName ?? '');
  });
});
