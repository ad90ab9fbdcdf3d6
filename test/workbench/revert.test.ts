import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { jobKey } from '../../src/model/keys.ts';
import { schemes } from '../../src/platform/contributions.ts';
import { shownText } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import type { Session, TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';

describe('revert and stop', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster((opened, started) => {
    [session, cluster] = [opened, started];
    return session.connect(cluster.address);
  });

  const key = (id: string) => ({ job: jobKey('default', id) });
  const jobOf = (id: string) => cluster.cluster.store.job('default', id);
  const versionOf = (id: string) => jobOf(id)?.TaskGroups?.[0]?.Tasks?.[0]?.Env?.['VERSION'];

  async function versions(id: string, ...all: string[]): Promise<void> {
    for (const version of all) await cluster.register(jobspec(id, { version }));
    await session.running(id);
  }

  it('lists the other versions with what they change, previews, and reverts', async () => {
    await versions('web', 'a', 'b', 'c');
    session.ask.will({ pick: 'v0' }, { confirm: 'button' });
    await session.run('revertJob', key('web'));
    const [pick, confirm] = session.ask.asked;
    assert.deepEqual(
      pick?.choices.map((choice) => choice.split(' ')[0]),
      ['v1', 'v0'],
    );
    assert.match(shownText(schemes.plan, 'web — revert') ?? '', /"c" => "a"/);
    assert.equal(confirm?.title, `Revert web to v0 on ${session.cluster.label}?`);
    assert.match(confirm.detail, /^Namespace default\. 1 .*Checked against version 2\.$/);
    assert.equal(versionOf('web'), 'a');
    assert.equal(jobOf('web')?.Version, 3);
    await session.messages.next(/^web v3 is deployed/);
  });

  it('reverts nothing when somebody else has changed the job since', async () => {
    await versions('raced', 'a', 'b');
    const theirs = () => cluster.register(jobspec('raced', { version: 'theirs' }));
    session.ask.will({ pick: 'v0' }, { confirm: 'button', meanwhile: theirs });
    await session.run('revertJob', key('raced'));
    const { sentence, level } = await session.messages.next(/^Could not revert/);
    assert.equal(level, 'error');
    assert.match(sentence, /Current job has version 2; enforcing version 1/);
    assert.equal(versionOf('raced'), 'theirs');
  });

  it('reverts nothing when a question is left', async () => {
    await versions('esc', 'a', 'b');
    session.ask.will({ leave: true });
    await session.run('revertJob', key('esc'));
    session.ask.will({ pick: 'v0' }, { leave: true });
    await session.run('revertJob', key('esc'));
    assert.equal(versionOf('esc'), 'b');
    assert.deepEqual(session.messages.all, []);
  });

  it('says so where there is no other version', async () => {
    await versions('only', 'a');
    await session.run('revertJob', key('only'));
    await session.messages.next(/^Could not revert the job on .*: only has no other version to revert to\.$/);
  });

  it('stops a job, and a revert starts it again', async () => {
    await versions('cycle', 'a', 'b');
    session.ask.will({ confirm: 'button' });
    await session.run('stopJob', key('cycle'));
    assert.match(session.ask.last.detail, /^Namespace default\.\n1 running allocation will be stopped\.\n/);
    await session.messages.next(/^cycle is stopped on/);
    assert.equal(jobOf('cycle')?.Stop, true);
    await session.running('cycle', 0);
    session.ask.will({ pick: 'v1' }, { confirm: 'button' });
    await session.run('revertJob', key('cycle'));
    await session.running('cycle', 1);
    assert.equal(jobOf('cycle')?.Stop, false);
    assert.equal(versionOf('cycle'), 'b');
  });

  it('asks which job when it is called from the palette', async () => {
    await versions('palette', 'a');
    session.ask.will({ pick: 'palette' }, { confirm: 'button' });
    await session.run('stopJob');
    assert.equal(jobOf('palette')?.Stop, true);
  });
});
