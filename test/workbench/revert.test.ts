import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { jobKey } from '../../src/state/tables/keys.ts';
import { schemes } from '../../src/platform/contributions.ts';
import { lensesOf, onDidEdit, shownText } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import type { Session, TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { when } from './support/when.ts';

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

  /** The preview of a revert. */
  const preview = (id: string) => {
    const found = vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme === schemes.plan && uri.path === `/${id} — revert.nomad-plan`,
    );
    assert.ok(found, `there is no preview of ${id}`);
    return found;
  };

  it('lists the other versions with how they differ, previews one, and reverts from there', async () => {
    await versions('web', 'a', 'b', 'c');
    session.ask.will({ pick: 'v0' });
    await session.run('revertJob', key('web'));
    assert.deepEqual(
      session.ask.last.choices.map((choice) => choice.split(' ')[0]),
      ['v1', 'v0'],
    );
    const { uri } = preview('web');
    assert.match(preview('web').getText(), /^Revert job "web" to v0 · [^]*"c" => "a"/);
    assert.deepEqual(await lensesOf(uri), ['Revert to v0', 'Choose another version']);
    assert.equal(versionOf('web'), 'c', 'a preview changes nothing');

    session.ask.will({ leave: true });
    await session.run('revertJob', uri);
    assert.deepEqual(await lensesOf(uri), ['Revert to v0', 'Choose another version']);

    session.ask.will({ confirm: 'button' });
    await session.run('revertJob', uri);
    assert.equal(session.ask.last.title, `Revert web to v0 on ${session.cluster.label}?`);
    assert.match(session.ask.last.detail, /^Namespace default\. 1 .*Checked against version 2\.$/);
    assert.equal(versionOf('web'), 'a');
    assert.equal(jobOf('web')?.Version, 3);
    await session.messages.next(/^web v3 is deployed/);
    const done = /^Reverted as v3 at \d\d:\d\d\nRevert job "web" to v0/;
    await when('the preview says so', [onDidEdit], () => done.test(preview('web').getText()));
    assert.deepEqual(await lensesOf(uri), ['Preview v0 again', 'Choose another version']);
  });

  it('reverts nothing when somebody else changes the job during the question', async () => {
    await versions('raced', 'a', 'b');
    const theirs = () => cluster.register(jobspec('raced', { version: 'theirs' }));
    session.ask.will({ pick: 'v0' });
    await session.run('revertJob', key('raced'));
    session.ask.will({ confirm: 'button', meanwhile: theirs });
    await session.run('revertJob', preview('raced').uri);
    const { sentence, level } = await session.messages.next(/^Could not revert/);
    assert.equal(level, 'error');
    assert.match(sentence, /Current job has version 2; enforcing version 1/);
    assert.equal(versionOf('raced'), 'theirs');
  });

  it('is over when somebody else registers the job, and can be previewed again', async () => {
    await versions('passed', 'a', 'b');
    session.ask.will({ pick: 'v0' });
    await session.run('revertJob', key('passed'));
    const { uri } = preview('passed');
    await cluster.register(jobspec('passed', { version: 'theirs' }));
    await when('the preview says so', [onDidEdit], () =>
      preview('passed').getText().startsWith('Outdated: v2 was registered at'),
    );
    await session.run('revertJob', uri);
    await session.messages.next(
      /^Could not revert the job on .*: its preview is outdated\. Preview the version again\.$/,
    );
    await session.run('revertJob', { ...key('passed'), version: 0 });
    await when('it is new', [onDidEdit], () => preview('passed').getText().includes('"theirs" => "a"'));
    assert.deepEqual(await lensesOf(uri), ['Revert to v0', 'Choose another version']);
  });

  it('reverts nothing when the version is not picked', async () => {
    await versions('esc', 'a', 'b');
    session.ask.will({ leave: true });
    await session.run('revertJob', key('esc'));
    assert.equal(shownText(schemes.plan, 'esc — revert'), undefined);
    assert.equal(versionOf('esc'), 'b');
    assert.deepEqual(session.messages.all, []);
  });

  it('says so where there is no other version', async () => {
    await versions('only', 'a');
    await session.run('revertJob', key('only'));
    const { level } = await session.messages.next(/^only has only version 0: there is no other to revert to\.$/);
    assert.equal(level, 'info');
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
    await session.run('revertJob', preview('cycle').uri);
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
