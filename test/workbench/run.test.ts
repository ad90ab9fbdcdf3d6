import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type * as vscode from 'vscode';
import { jobKey } from '../../src/state/tables/keys.ts';
import { schemes } from '../../src/platform/contributions.ts';
import { lensesOf, onDidEdit, openFile, planUriOf, shownText, typeAll } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { startCluster, type Session, type TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { eventually, when } from './support/when.ts';

describe('run', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster((opened, started) => {
    [session, cluster] = [opened, started];
    return session.connect(cluster.address);
  });

  const jobOf = (id: string) => cluster.cluster.store.job('default', id);
  const imageOf = (id: string) => jobOf(id)?.TaskGroups?.[0]?.Tasks?.[0]?.Config?.['image'];
  const planOf = (editor: vscode.TextEditor) => shownText(schemes.plan, editor.document.uri.toString()) ?? '';
  const submissions = (id: string) => cluster.cluster.store.submissions.get(`default\0${id}`) ?? [];

  it('plans first, asks with numbers, registers, and follows the rollout to its end', async () => {
    const text = jobspec('fresh', { count: 2 });
    const editor = await openFile('fresh.nomad.hcl', text);
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    assert.match(planOf(editor), /Plan for job "fresh".*new job/);
    assert.equal(session.ask.last.title, `Run fresh on ${session.cluster.label}?`);
    assert.match(
      session.ask.last.detail,
      /^Namespace default\. 2 .*The job is new, and is registered only if there is still none\.$/,
    );
    await when('the plan says that it was run', [onDidEdit], () =>
      /^Run as v0 at \d\d:\d\d\nPlan for/.test(planOf(editor)),
    );
    const { level } = await session.messages.next(/^fresh v0 is deployed \(2\/2 healthy\)/);
    assert.equal(level, 'info');
    await session.running('fresh', 2);
  });

  it('keeps the source and the variables that people wrote with the job', async () => {
    const head = 'variable "tag" {}\n';
    const text = jobspec('kept', { head, version: '${var.tag}' });
    await openFile('kept.nomad.hcl', text);
    session.ask.will({ text: '7.1' }, { confirm: 'button' });
    await session.run('runJob');
    await session.messages.next(/^kept v0 is deployed/);
    assert.equal(imageOf('kept'), 'example/app:7.1');
    const [kept] = submissions('kept');
    assert.equal(kept?.Source, text);
    assert.equal(kept.Format, 'hcl2');
    assert.equal(kept.Variables, 'tag = "7.1"\n');
  });

  it('runs what is in the editor, not what is on disk', async () => {
    const editor = await openFile('editor.nomad.hcl', jobspec('editor', { version: 'disk' }));
    await typeAll(editor, jobspec('editor', { version: 'typed' }));
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    assert.equal(imageOf('editor'), 'example/app:typed');
    assert.equal(submissions('editor')[0]?.Source, editor.document.getText());
  });

  it('uses the plan that is shown, and does not plan twice', async () => {
    await openFile('once.nomad.hcl', jobspec('once'));
    await session.run('planJob');
    const before = cluster.requests.length;
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    const since = cluster.requests.slice(before).map((request) => request.path);
    assert.deepEqual(
      since.filter((path) => path.endsWith('/plan')),
      [],
    );
    assert.equal(jobOf('once')?.Version, 0);
  });

  it('plans again when the text was edited after the plan', async () => {
    const editor = await openFile('edited.nomad.hcl', jobspec('edited', { count: 1 }));
    await session.run('planJob');
    await typeAll(editor, jobspec('edited', { count: 3 }));
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    assert.match(session.ask.last.detail, /\b3\b/);
    assert.equal(jobOf('edited')?.TaskGroups?.[0]?.Count, 3);
  });

  it('runs nothing when the text is edited while the question stands', async () => {
    const editor = await openFile('late.nomad.hcl', jobspec('late'));
    session.ask.will({ confirm: 'button', meanwhile: () => typeAll(editor, jobspec('late', { count: 2 })) });
    await session.run('runJob');
    const { level, buttons } = await session.messages.next(/^The jobspec changed since the plan of late\./);
    assert.equal(level, 'warning');
    assert.deepEqual(buttons, ['Plan again']);
    assert.equal(jobOf('late'), undefined);
  });

  it('runs nothing when the question is left, and plans anew on "Show plan"', async () => {
    const editor = await openFile('esc.nomad.hcl', jobspec('esc'));
    session.ask.will({ leave: true });
    await session.run('runJob');
    session.ask.will({ confirm: 'other' });
    await session.run('runJob');
    assert.match(planOf(editor), /Plan for job "esc"/);
    assert.equal(jobOf('esc'), undefined);
    assert.deepEqual(session.messages.all, []);
  });

  it('overwrites nothing that somebody else changed after the plan, and shows the new plan', async () => {
    await cluster.register(jobspec('shared', { version: 'old' }));
    const editor = await openFile('shared.nomad.hcl', jobspec('shared', { version: 'mine' }));
    const theirs = () => cluster.register(jobspec('shared', { version: 'theirs' }));
    session.ask.will({ confirm: 'button', meanwhile: theirs });
    await session.run('runJob');
    const { level, buttons } = await session.messages.next(/^shared was changed on .* so it was not run\./);
    assert.equal(level, 'warning');
    assert.deepEqual(buttons, ['Run the new plan']);
    assert.equal(imageOf('shared'), 'example/app:theirs');
    await when('the plan has their change', [onDidEdit], () => planOf(editor).includes('"theirs" => "mine"'));
    assert.match(planOf(editor), /^Plan for job "shared"/);
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    assert.equal(imageOf('shared'), 'example/app:mine');
  });

  it('does not create a job that somebody else has created since the plan', async () => {
    await openFile('raced.nomad.hcl', jobspec('raced', { version: 'mine' }));
    await session.run('planJob');
    const theirs = () => cluster.register(jobspec('raced', { version: 'theirs' }));
    session.ask.will({ confirm: 'button', meanwhile: theirs });
    await session.run('runJob');
    await session.messages.next(/^raced was changed on/);
    assert.equal(imageOf('raced'), 'example/app:theirs');
  });

  it('tells how a rollout failed, in Nomad’s words, with the way back', async () => {
    await cluster.register(jobspec('slow', { version: '1' }));
    await session.running('slow');
    await openFile('slow.nomad.hcl', jobspec('slow', { version: '2' }).replace('"1s"', '"4m"'));
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    const deployment = await session.until('the rollout is under way', (store) => {
      const active = store.activeDeploymentOf(jobKey('default', 'slow'));
      return active?.jobVersion === 1 && active;
    });
    cluster.cluster.deployments.fail(deployment.id);
    const { level, buttons, sentence } = await session.messages.next(/^slow v1 failed/);
    assert.equal(level, 'warning');
    assert.match(sentence, /Deployment marked as failed|marked as failed/);
    assert.deepEqual(buttons, ['Show logs', 'Show state and events', 'Revert']);
  });

  it('never runs on one cluster what was planned on another', async () => {
    const other = await startCluster();
    await other.register(jobspec('moved', { version: 'there' }));
    const editor = await openFile('moved.nomad.hcl', jobspec('moved', { version: 'mine' }));
    try {
      await session.run('planJob');
      await session.connect(other.address);
      assert.equal(session.workbench.plans.ticketOf(editor.document.uri), undefined);
      const left = `Outdated: this is a plan for ${new URL(cluster.address).host}, and the window is connected to ${session.cluster.label} now\n`;
      await when('the plan is of the cluster that was left', [onDidEdit], () => planOf(editor).startsWith(left));
      assert.deepEqual(await lensesOf(planUriOf(editor)), ['Plan again', 'Compare sources']);
      session.ask.will({ leave: true });
      await session.run('runJob');
      assert.equal(session.ask.last.title, `Run moved on ${session.cluster.label}?`);
      await eventually('the plan is the other cluster’s', () => planOf(editor).includes('"there" => "mine"'));
    } finally {
      await session.connect(cluster.address);
      await other.close();
    }
    assert.equal(jobOf('moved'), undefined);
  });

  it('sends a registration once, whatever is heard of it', async () => {
    await openFile('dropped.nomad.hcl', jobspec('dropped'));
    await session.run('planJob');
    const before = cluster.requests.length;
    for (const method of ['PUT', 'POST']) cluster.faults.set({ method, path: '/v1/jobs', drop: true });
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    cluster.faults.clear();
    await session.messages.next(/^Could not run the job on .* closed the connection without an answer\.$/);
    const writes = cluster.requests.slice(before).filter(({ path, method }) => path === '/v1/jobs' && method !== 'GET');
    assert.equal(writes.length, 1);
  });

  it('registers in the namespace of the jobspec', async () => {
    cluster.cluster.store.apply('NamespaceUpserted', (tx) => {
      tx.putNamespace({ Name: 'shop', Description: '', Meta: null, CreateIndex: 0, ModifyIndex: 0 });
    });
    await openFile('shop.nomad.hcl', jobspec('shop-web', { namespace: 'shop' }));
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    assert.match(session.ask.last.detail, /^Namespace shop\./);
    assert.equal(cluster.cluster.store.job('shop', 'shop-web')?.Version, 0);
    assert.equal(jobOf('shop-web'), undefined);
  });

  it('is refused in a workspace that is not trusted, while plans are not', async () => {
    const { isTrusted } = session.workbench;
    session.workbench.isTrusted = () => false;
    try {
      const editor = await openFile('untrusted.nomad.hcl', jobspec('untrusted'));
      await session.run('planJob');
      assert.match(planOf(editor), /Plan for job "untrusted"/);
      for (const command of [
        'runJob',
        'stopJob',
        'promoteDeployment',
        'failDeployment',
        'revertJob',
        'exec',
      ] as const) {
        await session.run(command, { job: 'default/fresh' });
        await session.messages.next(/^Could not .*: this workspace is not trusted\. Trust it first/);
      }
    } finally {
      session.workbench.isTrusted = isTrusted;
    }
    assert.equal(jobOf('untrusted'), undefined);
    assert.deepEqual(session.ask.asked, []);
  });

  it('says what Nomad says when the rights do not reach', async () => {
    await openFile('rights.nomad.hcl', jobspec('rights'));
    await session.run('planJob');
    cluster.faults.set({ method: 'PUT', path: '/v1/jobs', status: 403, text: 'Permission denied', count: 1 });
    cluster.faults.set({ method: 'POST', path: '/v1/jobs', status: 403, text: 'Permission denied', count: 1 });
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    cluster.faults.clear();
    const { sentence, buttons } = await session.messages.next(/^Could not run the job/);
    assert.equal(sentence, `Could not run the job on ${session.cluster.label}: Permission denied`);
    assert.ok(buttons.includes('Set token'));
    assert.equal(jobOf('rights'), undefined);
  });
});
