import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { NomadEvent } from '../../src/nomad/types/event.ts';
import { contract } from './support/contract.ts';
import { eventsOf } from './support/events.ts';
import { batch, service } from './support/jobs.ts';
import { refusal } from './support/raw.ts';

const topics = ['Job', 'Evaluation', 'Allocation', 'Deployment'];

contract('event stream', (c) => {
  const jobOf = ({ Topic, Key, Payload }: NomadEvent) =>
    Topic === 'Job' ? Key : (Payload?.Evaluation?.JobID ?? Payload?.Allocation?.JobID ?? Payload?.Deployment?.JobID);

  /** The index of the cluster as it is now. */
  const now = async () => (await c.client.jobs.list({ namespace: '*' })).meta.index;

  const until = async (id: string, index: number, done: (event: NomadEvent) => boolean, more = {}) => {
    const seen: NomadEvent[] = [];
    await eventsOf(c, { topics, index, ...more }, (event) => {
      if (jobOf(event) !== id) return false;
      seen.push(event);
      return done(event);
    });
    return seen;
  };

  it('starts with a heartbeat', async () => {
    const end = new AbortController();
    for await (const first of c.client.events.stream({ topics: { Job: [c.id('nope')] }, signal: end.signal })) {
      assert.equal(first, 'heartbeat');
      end.abort();
    }
    assert.ok(end.signal.aborted);
  });

  it('tells of a registration in order', async () => {
    const id = c.id('ev');
    const index = await now();
    await c.register(service(id));
    const seen = await until(id, index + 1, ({ Payload }) => Payload?.Deployment?.Status === 'successful');
    const types = seen.map(({ Topic, Type }) => `${Topic} ${Type}`);
    const first = (text: string) => types.indexOf(text);
    const order = [
      'Evaluation JobRegistered',
      'Allocation PlanResult',
      'Evaluation EvaluationUpdated',
      'Allocation AllocationUpdated',
      'Evaluation AllocationUpdateDesiredStatus',
    ].map(first);
    assert.ok(first('Job JobRegistered') >= 0 && order.every((at) => at >= 0), types.join('\n'));
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
      types.join('\n'),
    );
    const indexes = seen.map((event) => event.Index);
    assert.deepEqual(
      indexes,
      [...indexes].sort((a, b) => a - b),
    );
    const [registered] = seen.filter(({ Topic }) => Topic === 'Job');
    assert.deepEqual([registered?.Key, registered?.Namespace], [id, 'default']);
    assert.deepEqual([registered?.Payload?.Job?.ID, registered?.Payload?.Job?.Version], [id, 0]);
  });

  it('sends allocations whole but without their job', async () => {
    const id = c.id('alloc');
    const index = await now();
    await c.register(batch(id, { script: 'true' }));
    const seen = await until(id, index + 1, ({ Payload }) => Payload?.Allocation?.ClientStatus === 'complete');
    const last = seen.at(-1)?.Payload?.Allocation;
    assert.equal(last?.Job ?? null, null);
    assert.equal(last?.TaskStates?.['main']?.State, 'dead');
    assert.deepEqual(
      seen.at(-1)?.FilterKeys?.filter((key) => key !== ''),
      [id],
    );
  });

  it('goes on from an index, which is included', async () => {
    const id = c.id('resume');
    const index = await now();
    await c.register(batch(id, { script: 'true' }));
    const done = ({ Payload }: NomadEvent) => Payload?.Allocation?.ClientStatus === 'complete';
    const all = await until(id, index + 1, done);
    const middle = all[Math.floor(all.length / 2)]?.Index ?? 0;
    const again = await until(id, middle, done);
    const key = ({ Topic, Key, Index }: NomadEvent) => `${Topic} ${Key} ${String(Index)}`;
    assert.deepEqual(again.map(key), all.filter((event) => event.Index >= middle).map(key));
  });

  it('filters by topic and by key', async () => {
    const wanted = c.id('wanted');
    const other = c.id('other');
    const index = await now();
    await c.register(batch(other, { script: 'true' }));
    await c.register(batch(wanted, { script: 'true' }));
    const seen: NomadEvent[] = [];
    const keys = { Job: [wanted], Allocation: [wanted] };
    await eventsOf(c, { topics: keys, index: index + 1 }, (event) => {
      seen.push(event);
      return event.Payload?.Allocation?.ClientStatus === 'complete';
    });
    assert.deepEqual([...new Set(seen.map(({ Topic }) => Topic))].sort(), ['Allocation', 'Job']);
    assert.deepEqual([...new Set(seen.map(jobOf))], [wanted]);
  });

  it('tells of a stop and of a purge', async () => {
    const id = c.id('gone');
    await c.register(service(id));
    await c.running(id);
    const index = await now();
    await c.client.jobs.stop(id, { purge: true });
    // Older agents tell only of the evaluation.
    const topic = c.atLeast(2) ? 'Job' : 'Evaluation';
    const seen = await until(id, index + 1, ({ Topic, Type }) => Topic === topic && Type === 'JobDeregistered');
    const last = seen.at(-1)?.Payload;
    assert.equal(last?.Evaluation?.TriggeredBy ?? 'job-deregister', 'job-deregister');
    if (c.atLeast(2)) assert.deepEqual([last?.Job?.ID, last?.Deleted], [id, true]);
  });

  it('sends nothing of another namespace', async () => {
    const index = await now();
    await c.register(batch(c.id('default'), { script: 'true' }));
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(800)]);
    let events = 0;
    for await (const line of c.client.events.stream({ topics, index: index + 1, namespace: 'nope', signal })) {
      if (line !== 'heartbeat') events += 1;
    }
    assert.equal(events, 0);
  });

  it('refuses parameters that it cannot read', async () => {
    const [status, words] = await refusal(c, '/v1/event/stream?index=abc');
    assert.equal(status, 400);
    assert.match(words, /^Unable to parse index: /);
    assert.deepEqual(await refusal(c, '/v1/event/stream?topic=Job:a:b'), [
      400,
      'Invalid topic query: error parsing topics: Invalid key value pair for topic, topic: Job:a:b',
    ]);
    assert.deepEqual(await refusal(c, '/v1/event/stream', { method: 'POST' }), [405, 'Invalid method']);
  });
});
