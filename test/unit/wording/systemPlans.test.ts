import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { renderPlan } from '../../../src/wording/plan/planText.ts';
import { takingWork, type Surroundings } from '../../../src/wording/plan/planSurroundings.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import type { NodeStub } from '../../../src/nomad/types/node.ts';
import type { PlanResponse } from '../../../src/nomad/types/plan.ts';
import { golden } from '../../support/golden.ts';

/** What an agent with four clients answered, three of class `worker`, and what ran there then. */
interface Recorded {
  readonly job: Job;
  readonly plan: PlanResponse;
  readonly version: string;
  readonly nodes: readonly string[];
  readonly allocations: NonNullable<Surroundings['allocations']>;
}

const file = join(import.meta.dirname, '..', '..', 'recorded', 'wording', 'systemPlans.json');
const recorded = new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Recorded>));

/** As the list of nodes had them. */
function nodeFacts(name: string): NodeStub {
  return {
    ...{ ID: name, Name: name, Datacenter: 'dc1', NodePool: 'default', NodeClass: name === 'n0' ? 'entry' : 'worker' },
    ...{ Drain: false, SchedulingEligibility: 'eligible', Status: 'ready', CreateIndex: 1, ModifyIndex: 1 },
  };
}

type Part = 'version' | 'nodes' | 'allocations';

/** The plan as it is shown, where `without` is not known. */
function shown(name: string, without: readonly Part[] = []) {
  const found = recorded.get(name);
  assert.ok(found, name);
  const { job, plan, version, nodes, allocations } = found;
  const none = job.Datacenters?.[0] === 'dc9';
  const around: Surroundings = { version, allocations, nodes: none ? [] : nodes.map(nodeFacts) };
  const known = Object.fromEntries(Object.entries(around).filter(([part]) => !without.includes(part as Part)));
  const view = { jobId: job.ID, namespace: 'default', cluster: 'prod', plan, job, atMs: 0, around: known };
  return renderPlan(view);
}

/** What is said beside the difference and the head. */
function gist({ text, summary, changes, destructive, placeable }: ReturnType<typeof renderPlan>): string {
  const middle = text.slice(text.indexOf('What will happen'), text.indexOf('\nWarnings'));
  const flags = [changes && 'changes', destructive && 'destructive', !placeable && 'not placeable'].filter(Boolean);
  return `${middle}${summary} [${flags.join(', ')}]\n`;
}

describe('plans of system jobs', () => {
  it('say what will happen, whatever the counts of the agent seem to mean', () => {
    const all = [...recorded.keys()].map((name) => `== ${name}\n${gist(shown(name))}`);
    golden('wording/plans-of-system-jobs', all.join('\n'));
  });

  it('say less where less is known', () => {
    const blind: readonly (readonly Part[])[] = [['nodes'], ['version'], ['nodes', 'version', 'allocations']];
    const names = ['same', 'changed', 'moved to other nodes', 'constraint added', 'constraint loosened', 'in place'];
    const all = ['2.0.5', '1.6.10'].flatMap((version) =>
      names.flatMap((name) =>
        blind.map(
          (parts) => `== ${version} ${name}, without ${parts.join(', ')}\n${gist(shown(`${version} ${name}`, parts))}`,
        ),
      ),
    );
    golden('wording/plans-of-system-jobs-half-known', all.join('\n'));
  });

  it('never promise that an unchanged job changes', () => {
    for (const version of ['2.0.5', '1.6.10']) {
      for (const without of [[], ['nodes'], ['allocations']] as const) {
        const { text, changes, destructive, placeable, summary } = shown(`${version} same`, without);
        assert.deepEqual([changes, destructive, placeable, summary], [false, false, true, 'Nothing changes.'], version);
        assert.match(text, /No changes: the job is the same as on the cluster\.\n[^]*ship {2}3 left as they are\n/);
      }
    }
  });

  it('leave the counts out of the difference, since they mean something else', () => {
    for (const name of recorded.keys()) {
      assert.doesNotMatch(shown(name).text, /Task Group: "\w+" \(/, name);
    }
  });
});

describe('nodes that a job may run on', () => {
  const node = (more: Partial<NodeStub>): NodeStub => ({
    ...{ ID: 'a', Name: 'a', Datacenter: 'dc1', NodePool: 'default', Drain: false, SchedulingEligibility: 'eligible' },
    ...{ Status: 'ready', CreateIndex: 1, ModifyIndex: 1 },
    ...more,
  });
  const job = (more: Partial<Job>) => ({ ...more }) as Job;
  const takes = (of: Partial<Job>, more: Partial<NodeStub>) => takingWork([node(more)], job(of)).length === 1;

  it('are ready, eligible, and of its datacenters and pool', () => {
    assert.equal(takes({}, {}), true);
    assert.equal(takes({}, { Status: 'down' }), false);
    assert.equal(takes({}, { SchedulingEligibility: 'ineligible' }), false);
    assert.equal(takes({}, { Drain: true }), false);
    assert.equal(takes({ NodePool: 'gpu' }, {}), false);
    assert.equal(takes({ NodePool: 'all' }, { NodePool: 'gpu' }), true);
    assert.equal(takes({ Datacenters: ['dc2', 'dc*'] }, {}), true);
    assert.equal(takes({ Datacenters: ['dc.'] }, {}), false);
    assert.equal(takes({ Datacenters: [] }, {}), true);
  });
});
