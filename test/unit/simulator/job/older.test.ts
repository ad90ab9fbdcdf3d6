import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Job, TaskGroup } from '../../../../src/nomad/types/job.ts';
import { canonicalize } from '../../../simulator/job/canonicalize.ts';
import { groupChange } from '../../../simulator/job/change.ts';
import { diffJobs } from '../../../simulator/job/diff.ts';
import { multiError, validate } from '../../../simulator/job/validate.ts';
import { isSince } from '../../../simulator/job/versions.ts';
import stored from '../../../recorded/simulator/job/stored.json' with { type: 'json' };

const sent = (more: object = {}): Job => ({ ...(structuredClone(stored.sent) as unknown as Job), ...more });
const types = ['service', 'batch', 'system', 'sysbatch'];
const groupOf = (job: Job): TaskGroup => {
  const group = job.TaskGroups?.[0];
  assert.ok(group);
  return group;
};
/** With a weight, as the store has it. */
const affinity = { LTarget: '${node.class}', RTarget: 'big', Operand: '=', Weight: 50 };

describe('a job of an older version', () => {
  it('has the fields of that version, and no others', () => {
    const [older, newer] = [canonicalize(sent(), '1.6'), canonicalize(sent(), '2.0')];
    const only = (one: object, other: object) => Object.keys(one).filter((name) => !(name in other));
    assert.deepEqual(only(older, newer), ['ConsulToken', 'VaultToken']);
    assert.deepEqual(only(newer, older), ['UI', 'VersionTag']);
    const { Consul, Tasks } = groupOf(older) as unknown as { Consul: object; Tasks: { Identity: object | null }[] };
    assert.deepEqual(Consul, { Namespace: '' });
    assert.equal(Tasks[0]?.Identity, null);
  });

  it('does not change when it is sent back', () => {
    for (const Type of types) {
      const once = canonicalize(sent({ Type }), '1.6');
      assert.deepEqual(canonicalize(once, '1.6'), once, Type);
    }
  });

  it('is placed anew when only its affinities change', () => {
    const [before, after] = [canonicalize(sent(), '1.6'), canonicalize(sent({ Affinities: [affinity] }), '1.6')];
    const of = (job: Job) => ({ job, group: groupOf(job) });
    const [was, is] = [of(before), of(after)];
    assert.equal(groupChange(was, is, '1.6'), 'destructive');
    assert.equal(groupChange(was, is, '2.0'), 'inPlace');
  });

  it('shows no change of what that version does not compare', () => {
    const changed = (nomad: '2.0' | '1.6') => {
      const [before, after] = ['checks', 'task_states'].map((HealthCheck) =>
        canonicalize(sent({ Migrate: { HealthCheck } }), nomad),
      );
      const [group] = diffJobs(before ?? null, after ?? null, false, nomad).TaskGroups ?? [];
      return group?.Objects?.map(({ Name }) => Name) ?? [];
    };
    assert.deepEqual([changed('2.0'), changed('1.6')], [['Migrate'], []]);
  });

  it('is refused in the words of that version', () => {
    const job = sent({ Type: 'system', Constraints: [{ LTarget: '', RTarget: 'x', Operand: '=' }] });
    const text = (nomad: '2.0' | '1.6') => multiError(validate(job, nomad).errors);
    assert.match(text('1.6'), /No LTarget provided but is required by constraint/);
    assert.match(text('2.0'), /no attribute provided but is required by operator/);
  });

  it('knows which version came first', () => {
    assert.deepEqual([isSince('2.0', '1.11'), isSince('1.6', '1.10'), isSince('1.6', '1.6')], [true, false, true]);
  });
});
