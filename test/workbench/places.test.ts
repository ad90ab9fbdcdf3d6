import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { schemes } from '../../src/platform/contributions.ts';
import { closeEditors, openFile, setSetting, shownText } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { eventually } from './support/when.ts';

const management = '00000000-0000-4000-8000-00000000ac15';
const ofTeam = '00000000-0000-4000-8000-0000000000a1';

/** The version of a jobspec that waits for its canary. */
const of = (id: string, version: string, head = '') =>
  jobspec(id, { namespace: 'team-a', canary: 1, version, head, groups: ['app', 'side'] });

describe('a token for one namespace', () => {
  let session: Session;
  let cluster: TestCluster;

  before(async () => {
    session = await Session.open();
    const tokens = { [ofTeam]: { namespaces: { 'team-a': ['write'] } } };
    cluster = await startCluster({ acl: { token: management, tokens } });
    cluster.cluster.store.apply('NamespaceUpserted', (tx) => {
      tx.putNamespace({ Name: 'team-a', Description: '', Meta: null, CreateIndex: 0, ModifyIndex: 0 });
    });
    await session.workbench.tokens.set(cluster.address, ofTeam);
  });
  afterEach(async () => {
    session.clear();
    await closeEditors();
  });
  after(async () => {
    await session.workbench.tokens.forget(cluster.address);
    await session.close();
    await cluster.close();
  });

  const jobOf = (id: string) => cluster.cluster.store.job('team-a', id);
  const deploymentOf = (id: string) => cluster.cluster.store.latestDeployment(`team-a\0${id}`);
  const waiting = (id: string, version: number) =>
    eventually(`${id} v${String(version)} has healthy canaries`, () => {
      const latest = deploymentOf(id);
      const groups = Object.values(latest?.TaskGroups ?? {});
      const ready = groups.length === 2 && groups.every((group) => group.HealthyAllocs >= group.DesiredCanaries);
      return latest?.JobVersion === version && latest.Status === 'running' && ready && latest.ID;
    });
  const status = (id: string, wanted: string) =>
    eventually(`the deployment of ${id} is ${wanted}`, () => deploymentOf(id)?.Status === wanted);
  const noFailure = (what: string) => {
    assert.deepEqual(
      session.messages.all.filter(({ sentence }) => /^Could not|denied/i.test(sentence)),
      [],
      what,
    );
  };
  const runVersion = async (id: string, version: string) => {
    await openFile(`${id}.nomad.hcl`, of(id, version));
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    noFailure(`run of ${version}`);
  };

  for (const setting of ['team-a', '*', 'default']) {
    it(`is enough for every command there, with the setting on ${setting}`, async function () {
      this.timeout(120_000);
      const id = `shop-${setting === '*' ? 'all' : setting}`;
      const target = { job: `team-a/${id}` };
      await setSetting('nomad.namespace', setting);
      await session.tryToConnect(cluster.address);
      await session.workbench.current.connect();

      const editor = await openFile(`${id}.nomad.hcl`, of(id, '1'));
      await session.run('planJob');
      noFailure('plan');
      assert.match(shownText(schemes.plan, editor.document.uri.toString()) ?? '', /\/ team-a · new job/);
      session.ask.will({ confirm: 'button' });
      await session.run('runJob');
      noFailure('run');
      const said =
        setting === 'default' ? /^In namespace team-a, not in default, which is shown\./ : /^Namespace team-a\./;
      assert.match(session.ask.last.detail, said);
      assert.equal(jobOf(id)?.Version, 0);
      await status(id, 'successful');

      await session.run('compareSources');
      assert.match(vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '', new RegExp(`team-a/${id}: v0 on`));
      await session.run('openJobSource', target);
      assert.equal(shownText(schemes.source, `${id} v0`), of(id, '1'));
      noFailure('sources');

      await runVersion(id, '2');
      const promoted = await waiting(id, 1);
      session.ask.will({ confirm: 'button' });
      await session.run('promoteDeployment', { ...target, deployment: promoted });
      noFailure('promote');
      await status(id, 'successful');

      await runVersion(id, '3');
      const partly = await waiting(id, 2);
      session.ask.will({ pickMany: ['side'] }, { confirm: 'button' });
      await session.run('promoteGroups', { ...target, deployment: partly });
      noFailure('promote groups');
      session.ask.will({ confirm: 'button' });
      await session.run('failDeployment', { ...target, deployment: partly });
      noFailure('fail');
      await status(id, 'failed');

      session.ask.will({ pick: 'v0' }, { confirm: 'button' });
      await session.run('revertJob', target);
      noFailure('revert');
      assert.equal(jobOf(id)?.Version, 3);

      const [running] = await eventually('an allocation runs', () => {
        const all = [...cluster.cluster.store.allocations.values()];
        const own = all.filter((one) => one.JobID === id && one.ClientStatus === 'running');
        return own.length > 0 && own;
      });
      session.ask.will({ pick: `${running?.TaskGroup ?? ''}[0]` });
      const before = vscode.window.terminals.length;
      await session.run('exec', target);
      noFailure('exec');
      assert.equal(vscode.window.terminals.length, before + 1);
      vscode.window.terminals.at(-1)?.dispose();

      await session.run('showRollout', target);
      session.ask.clear();
      session.ask.will({ confirm: 'button' });
      await session.run('stopJob', target);
      noFailure('stop');
      assert.equal(jobOf(id)?.Stop, true);

      const head = 'variable "where" {\n  type = string\n}\n';
      const fromVariable = of(id, '4', head).replace('"team-a"', 'var.where');
      const other = await openFile(`${id}-variable.nomad.hcl`, fromVariable);
      session.ask.will({ text: 'team-a' });
      await session.run('setVariables');
      await session.run('planJob');
      noFailure('plan with variables');
      assert.match(shownText(schemes.plan, other.document.uri.toString()) ?? '', /\/ team-a · /);
    });
  }

  it('is refused in another namespace, in Nomad’s words', async () => {
    await setSetting('nomad.namespace', '*');
    await session.tryToConnect(cluster.address);
    await openFile('foreign.nomad.hcl', jobspec('foreign', { namespace: 'default' }));
    await session.run('planJob');
    await session.messages.next(/^Could not plan the job on .*: Permission denied$/);
    assert.equal(cluster.cluster.store.job('default', 'foreign'), undefined);
  });
});

describe('another region than the one that is shown', () => {
  let session: Session;
  let east: TestCluster;
  let west: TestCluster;

  before(async () => {
    session = await Session.open();
    [east, west] = await Promise.all([startCluster({ region: 'east' }), startCluster({ region: 'west' })]);
    east.join(west);
    await session.connect(east.address);
  });
  afterEach(async () => {
    session.clear();
    await closeEditors();
  });
  after(async () => {
    await session.close();
    await east.close();
    await west.close();
  });

  const inWest = (id: string, version: string) => jobspec(id, { version }).replace('{\n', '{\n  region = "west"\n');
  const planOf = (editor: vscode.TextEditor) => shownText(schemes.plan, editor.document.uri.toString()) ?? '';

  it('is said first in the question and in the plan, and is where all of it happens', async () => {
    // A job of the same name is in the way here, and is left alone.
    await east.register(jobspec('far', { version: 'here' }));
    await west.register(jobspec('far', { version: 'old' }));
    const editor = await openFile('far.nomad.hcl', inWest('far', 'new'));
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    assert.match(session.ask.last.detail, /^In region west, not in east, which is shown\. Namespace default\. /);
    assert.match(planOf(editor), /^(Outdated.*\n|Run .*\n)?In region west, not in east, which is shown\.\n/);
    assert.match(planOf(editor), / \/ default · region west · /);
    assert.match(planOf(editor), /"old" => "new"/);
    const imageOf = (c: TestCluster) =>
      c.cluster.store.job('default', 'far')?.TaskGroups?.[0]?.Tasks?.[0]?.Config?.['image'];
    assert.equal(imageOf(west), 'example/app:new');
    assert.equal(imageOf(east), 'example/app:here');
  });

  it('is where the sources are compared', async () => {
    await west.register(jobspec('compared', { version: 'there' }));
    await openFile('compared.nomad.hcl', inWest('compared', 'mine'));
    await session.run('compareSources');
    const { label } = vscode.window.tabGroups.activeTabGroup.activeTab ?? { label: '' };
    assert.match(label, /^default\/compared: v0 on .*, region west ↔ editor/);
    assert.equal(shownText(schemes.source, 'compared v0'), jobspec('compared', { version: 'there' }));
  });

  it('is not told of a jobspec that names no region, or the one that is shown, or "global"', async () => {
    for (const [name, region] of [
      ['none', undefined],
      ['same', 'east'],
      ['usual', 'global'],
    ] as const) {
      const text = jobspec(name);
      const written = region === undefined ? text : text.replace('{\n', `{\n  region = "${region}"\n`);
      const editor = await openFile(`${name}.nomad.hcl`, written);
      session.ask.will({ confirm: 'button' });
      await session.run('runJob');
      assert.match(session.ask.last.detail, /^Namespace default\. Region east\. /, name);
      assert.doesNotMatch(planOf(editor), /which is shown/, name);
      assert.equal(east.cluster.store.job('default', name)?.Version, 0, name);
    }
  });

  it('is what a button of another region leads to', async () => {
    await west.register(jobspec('twins', { version: '1' }));
    await west.register(jobspec('twins', { version: '2' }));
    await east.register(jobspec('twins', { version: '1' }));
    session.ask.will({ pick: 'v0' }, { confirm: 'button' });
    await session.run('revertJob', { job: 'default/twins', region: 'west' });
    assert.equal(west.cluster.store.job('default', 'twins')?.Version, 2);
    assert.equal(east.cluster.store.job('default', 'twins')?.Version, 0);
    assert.match(session.ask.last.detail, /west/);
  });
});
