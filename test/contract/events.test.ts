import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import type { NomadEvent } from '../../src/nomad/types/event.ts';
import { contract, contractWithAcl } from './support/contract.ts';
import { eventsOf } from './support/events.ts';
import { holds } from './support/holds.ts';
import { batch, service, unknownId } from './support/jobs.ts';
import { refusal, RawStream, makeToken, post, raw } from './support/raw.ts';

const topics = ['Job', 'Evaluation', 'Allocation', 'Deployment'];

const denied = 'Permission denied';

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
    holds('Events start with a heartbeat and with what happened before, and unknown topics are silent streams');
    const end = new AbortController();
    for await (const first of c.client.events.stream({ topics: { Job: [c.id('nope')] }, signal: end.signal })) {
      assert.equal(first, 'heartbeat');
      end.abort();
    }
    assert.ok(end.signal.aborted);
  });

  it('tells of a registration in order', async () => {
    holds('events.stream');
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
    holds('Events start with a heartbeat and with what happened before, and unknown topics are silent streams');
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

contractWithAcl('event streams and rights', (c) => {
  const streams: RawStream[] = [];
  let accessor = '';
  let secret = '';
  let lister = '';

  const open = (token: string) => {
    const headers: Record<string, string> = token === '' ? {} : { 'X-Nomad-Token': token };
    const stream = new RawStream(c, '/v1/event/stream?topic=Job', headers);
    streams.push(stream);
    return stream;
  };

  before(async () => {
    const rules = { reader: 'policy = "read"', lister: 'capabilities = ["list-jobs"]' };
    for (const [Name, rule] of Object.entries(rules)) {
      await post(c, `/v1/acl/policy/${Name}`, { Name, Rules: `namespace "default" {\n  ${rule}\n}` });
    }
    ({ AccessorID: accessor, SecretID: secret } = await makeToken(c, 'reader'));
    lister = (await makeToken(c, 'lister')).SecretID;
    await c.register(batch(c.id('old'), { script: 'true', job: { ParameterizedJob: {} } }));
  });

  after(() => {
    for (const stream of streams) stream.destroy();
  });

  it('are refused by older agents, and are silent since 2.0 until they end', async () => {
    holds('Without rights events are refused before 2.0 and silent since, also when the token is deleted meanwhile');
    const asked = [open(''), open(unknownId), open(lister)];
    if (!c.atLeast(2)) {
      for (const stream of asked) await stream.until('the refusal', () => stream.ended);
      assert.deepEqual(
        asked.map(({ status, text }) => [status, text]),
        [
          [500, denied],
          [403, denied],
          [500, denied],
        ],
      );
      return;
    }
    await Promise.all(asked.map((stream) => stream.until('the head', () => stream.status !== undefined)));
    await Promise.all(asked.map((stream) => stream.until('the end', () => stream.ended)));
    assert.deepEqual(
      asked.map(({ status, text }) => [status, text]),
      Array.from({ length: 3 }, () => [200, '']),
    );
  });

  it('tell nothing more to a token that is deleted', async () => {
    holds('Without rights events are refused before 2.0 and silent since, also when the token is deleted meanwhile');
    const stream = open(secret);
    const other = open(String(c.target.connection.token));
    for (const each of [stream, other]) await each.until('what happened before', () => each.text.includes(c.id('old')));
    const seen = stream.text;
    const { status } = await raw(c, `/v1/acl/token/${accessor}`, { method: 'DELETE' });
    assert.equal(status, 200);
    if (!c.atLeast(2)) {
      await stream.until('the end', () => stream.ended);
      assert.equal(stream.text.slice(seen.length), 'subscription closed by server, client should resubscribe');
      return;
    }
    await c.register(batch(c.id('new'), { script: 'true', job: { ParameterizedJob: {} } }));
    await other.until('what happened then', () => other.text.includes(c.id('new')));
    assert.equal(stream.text.includes(c.id('new')), false);
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
    holds('Events start with a heartbeat and with what happened before, and unknown topics are silent streams');
    await c.register(batch(c.id('before'), { script: 'true', job: { ParameterizedJob: {} } }));
    assert.ok((await listen({ topics: ['Job'] }, 120_000)) > 0);
  });
});
