import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Simulator } from '../../../simulator/simulator.ts';
import { simulatedJob } from '../../../support/simulatedJobs.ts';
import { type EventLine, eventLines, withSimulator } from './http.ts';

function summary(line: EventLine): string {
  return (line.Events ?? []).map((event) => `${event.Topic}/${event.Type}`).join(' ');
}

/** The lines of a stream up to one that is awaited. */
async function linesUntil(
  { address }: Simulator,
  query: string,
  isLast: (line: EventLine) => boolean,
): Promise<EventLine[]> {
  const lines: EventLine[] = [];
  for await (const line of eventLines(address, query)) {
    lines.push(line);
    if (isLast(line)) break;
  }
  return lines;
}

describe('the event stream', () => {
  it('begins with a heartbeat and tells a rollout in the order of Nomad', () =>
    withSimulator({}, async ({ simulator, coming }) => {
      const from = simulator.cluster.store.index + 1;
      simulator.cluster.jobs.register({ job: simulatedJob('web') });
      let plans = 0;
      const lines = await coming(
        linesUntil(simulator, `?index=${String(from)}`, (line) => {
          plans += summary(line).includes('Deployment/PlanResult') ? 1 : 0;
          return plans === 2;
        }),
      );
      assert.deepEqual(lines[0], {});
      assert.deepEqual(lines.slice(1).map(summary), [
        'Job/JobRegistered',
        'Evaluation/JobRegistered',
        'Evaluation/PlanResult Allocation/PlanResult Deployment/PlanResult Job/PlanResult',
        'Evaluation/EvaluationUpdated',
        'Allocation/AllocationUpdated Node/AllocationUpdated',
        'Deployment/AllocationUpdated Allocation/AllocationUpdated Node/AllocationUpdated',
        'Evaluation/AllocationUpdateDesiredStatus',
        'Evaluation/PlanResult Deployment/PlanResult Job/PlanResult',
      ]);
      assert.equal(lines[1]?.Index, lines[2]?.Index);
      const allocation = lines[3]?.Events?.[1]?.Payload['Allocation'] as Record<string, unknown>;
      assert.equal('Job' in allocation, false);
    }));

  it('sends the topics, keys and namespace that were asked for', () =>
    withSimulator({}, async ({ simulator, coming }) => {
      simulator.cluster.jobs.register({ job: simulatedJob('one') });
      simulator.cluster.jobs.register({ job: simulatedJob('two') });
      const topics = new Set<string>();
      await coming(
        linesUntil(simulator, '?topic=Allocation:two&topic=Job:two', ({ Events = [] }) => {
          for (const { Topic, Key } of Events) topics.add(`${Topic} ${Topic === 'Job' ? Key : ''}`);
          return topics.size === 2;
        }),
      );
      assert.deepEqual([...topics].sort(), ['Allocation ', 'Job two']);
    }));

  it('sends what has no namespace to the readers of any', () =>
    withSimulator({}, async ({ call, simulator, coming }) => {
      await call('PUT', '/v1/node/pool/big', { Name: 'big' });
      simulator.cluster.jobs.register({ job: simulatedJob('web') });
      const seen = new Set<string>();
      await coming(
        linesUntil(simulator, '?namespace=nope', ({ Events = [] }) => {
          for (const { Topic } of Events) seen.add(Topic);
          return seen.has('Node') && seen.has('NodePool');
        }),
      );
      assert.deepEqual([...seen].sort(), ['Node', 'NodePool']);
    }));

  it('sends an event once for each key that fits, and takes a star among keys for one of them', () =>
    withSimulator({}, async ({ simulator }) => {
      simulator.cluster.jobs.register({ job: simulatedJob('one') });
      simulator.cluster.jobs.register({ job: simulatedJob('two') });
      const keys: string[] = [];
      for await (const line of eventLines(simulator.address, '?topic=Job:two&topic=Job&topic=Job:two')) {
        for (const event of line.Events ?? []) keys.push(event.Key);
        if (keys.length > 0) break;
      }
      assert.deepEqual(keys, ['two', 'two']);
    }));

  it('refuses a topic with two keys', () =>
    withSimulator({}, async ({ call }) => {
      const bad = await call('GET', '/v1/event/stream?topic=a:b:c');
      assert.equal(bad.status, 400);
      assert.match(bad.text, /^Invalid topic query: error parsing topics/);
    }));

  it('is cut on demand, and forgets', () =>
    withSimulator({}, async ({ simulator }) => {
      let seen = 0;
      await assert.rejects(async () => {
        for await (const line of eventLines(simulator.address)) {
          assert.ok(line);
          seen += 1;
          if (seen === 1) {
            simulator.faults.dropEventBuffer();
            simulator.faults.dropEventStreams();
          }
        }
        throw new Error('ended');
      });
      assert.ok(seen >= 1);
      assert.deepEqual(simulator.cluster.store.events.since(0), []);
    }));

  it('is silent without rights on 2.0, and refused on 1.6', async () => {
    const acl = { token: 'management', tokens: { poor: { namespaces: { default: ['list-jobs'] } } } };
    await withSimulator({ acl, jobs: 1 }, async ({ simulator, coming }) => {
      const lines: EventLine[] = [];
      const read = async () => {
        for await (const line of eventLines(simulator.address, '?topic=Job', 'poor')) lines.push(line);
      };
      await coming(read());
      assert.deepEqual(lines, []);
    });
    await withSimulator({ acl, nomad: '1.6' }, async ({ call }) => {
      const denied = await call('GET', '/v1/event/stream?topic=Job', undefined, { 'X-Nomad-Token': 'poor' });
      assert.deepEqual([denied.status, denied.text], [500, 'Permission denied']);
    });
  });
});
