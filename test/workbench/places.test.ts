import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { fileUri } from '../../src/editor/files/fileUri.ts';
import { schemes } from '../../src/platform/contributions.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { assertAllTried } from './support/coverage.ts';
import { takeFolders } from './support/folders.ts';
import { stopForwarding } from './support/forwards.ts';
import { closeEditors, openFile, putCursor, setSetting, openDocument, shownText } from './support/host.ts';
import { jobspec, type JobspecParts } from './support/jobspec.ts';
import { takeLinks } from './support/links.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { OpenTerminal } from './support/terminal.ts';
import { eventually } from './support/when.ts';

const management = '00000000-0000-4000-8000-00000000ac15';
const ofTeam = '00000000-0000-4000-8000-0000000000a1';

const script = 'echo "hello $VERSION"; sleep 3600';

/** A version that waits for its canaries, as tasks that can be entered. */
const versionOf = (id: string, version: string, parts: JobspecParts = {}) =>
  jobspec(id, {
    namespace: 'team-a',
    canary: 1,
    version,
    groups: ['app', 'side'],
    driver: 'raw_exec',
    script,
    ...parts,
  });

describe('a token for one namespace', () => {
  let session: Session;
  let cluster: TestCluster;
  /** What was called where, by setting. */
  const called = new Map<string, Set<Parameters<Session['run']>[0]>>();
  let setting = '';

  before(async () => {
    session = await Session.open();
    const tokens = { [ofTeam]: { namespaces: { 'team-a': ['write', 'alloc-node-exec'] } } };
    cluster = await startCluster({ rawExec: true, acl: { token: management, tokens } });
    cluster.cluster.store.apply('NamespaceUpserted', (tx) => {
      tx.putNamespace({ Name: 'team-a', Description: '', Meta: null, CreateIndex: 0, ModifyIndex: 0 });
    });
    await session.workbench.tokens.set(cluster.address, ofTeam);
  });
  afterEach(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose();
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
  const target = (id: string) => ({ job: `team-a/${id}` });

  /** Connects with the namespace of the setting shown, whether or not the token may list it. */
  async function show(namespace: string): Promise<void> {
    setting = namespace;
    if (!called.has(setting)) called.set(setting, new Set());
    await setSetting('nomad.namespace', namespace);
    await session.tryToConnect(cluster.address);
    await session.workbench.current.connect();
  }

  /** Runs a command, and sees that nothing was refused. */
  async function run(command: Parameters<Session['run']>[0], ...args: unknown[]): Promise<void> {
    called.get(setting)?.add(command);
    await session.run(command, ...args);
    const failures = session.messages.all.filter(({ sentence }) => /^Could not|denied|unexpected/i.test(sentence));
    assert.deepEqual(failures, [], command);
    assert.equal(session.ask.left, 0, `${command} asks less than was expected`);
  }

  async function runVersion(id: string, version: string): Promise<void> {
    await openFile(`${id}-${version}.nomad.hcl`, versionOf(id, version));
    session.ask.will({ confirm: 'button' });
    await run('runJob');
  }

  /** The deployment of a version, once all its canaries are healthy. */
  const waiting = (id: string, version: number) =>
    eventually(`${id} v${String(version)} has healthy canaries`, () => {
      const latest = deploymentOf(id);
      const groups = Object.values(latest?.TaskGroups ?? {});
      const isReady = groups.length === 2 && groups.every((group) => group.HealthyAllocs >= group.DesiredCanaries);
      return latest?.JobVersion === version && latest.Status === 'running' && isReady && latest.ID;
    });
  const status = (id: string, wanted: string) =>
    eventually(`the deployment of ${id} is ${wanted}`, () => deploymentOf(id)?.Status === wanted);
  const running = (id: string) =>
    eventually('an allocation runs', () => {
      const all = [...cluster.cluster.store.allocations.values()];
      return all.find((one) => one.JobID === id && one.TaskGroup === 'app' && one.ClientStatus === 'running');
    });
  const tabLabel = () => vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';

  for (const namespace of ['team-a', '*', 'default']) {
    const id = `shop-${namespace === '*' ? 'all' : namespace}`;

    describe(`with the setting on ${namespace}`, () => {
      before(() => show(namespace));

      it('plans, compares and runs a jobspec there', async () => {
        const editor = await openFile(`${id}.nomad.hcl`, versionOf(id, '1'));
        await run('compareSources');
        assert.match(tabLabel(), new RegExp(`^team-a/${id}: not on `));
        await run('planJob', editor.document.uri);
        assert.match(shownText(schemes.plan, editor.document.uri.toString()) ?? '', /\/ team-a · new job/);
        session.ask.will({ confirm: 'button' });
        await run('runJob', editor.document.uri);
        const isElsewhere = namespace === 'default';
        const said = isElsewhere ? /^In namespace team-a, not in default, which is shown\./ : /^Namespace team-a\./;
        assert.match(session.ask.last.detail, said);
        assert.equal(jobOf(id)?.Version, 0);
        const where = isElsewhere ? ', namespace team-a' : '';
        await session.messages.next(new RegExp(`^${id} v0 is deployed.* on 127\\.0\\.0\\.1:\\d+${where}( after |$)`));
        await run('compareSources', editor.document.uri);
        assert.match(tabLabel(), new RegExp(`^team-a/${id}: v0 on`));
      });

      it('asks for the variable that the namespace comes from', async () => {
        const head = 'variable "where" {\n  type = string\n}\n';
        const text = versionOf(id, 'v', { head }).replace('"team-a"', 'var.where');
        const editor = await openFile(`${id}-variable.nomad.hcl`, text);
        session.ask.will({ text: 'team-a' });
        await run('setVariables');
        await run('compareSources');
        assert.match(tabLabel(), new RegExp(`^team-a/${id}: v0 on`));
        await run('planJob', editor.document.uri);
        assert.match(shownText(schemes.plan, editor.document.uri.toString()) ?? '', /\/ team-a · /);
      });

      it('opens its source, its events, its page and a shell', async () => {
        await run('openJobSource', target(id));
        assert.equal(shownText(schemes.source, `${id} v0`), versionOf(id, '1'));
        await closeEditors();
        const click = { clicked: { kind: 'job', ...target(id) } };
        await run('openRow', click);
        await run('openRow', click);
        assert.equal(shownText(schemes.source, `${id} v0`), versionOf(id, '1'));

        const { ID: allocation } = await running(id);
        for (const argument of [{ ...target(id), allocation }, { allocation }]) {
          await closeEditors();
          await run('showEvents', argument);
          assert.match(shownText(schemes.events, `${id}.app[0]`) ?? '', /Started/);
          await run('exec', { ...argument, task: 'main' });
          const shell = new OpenTerminal(vscode.window.terminals.at(-1));
          await shell.shows(/ · namespace team-a · /);
          shell.type('echo "here: $NOMAD_NAMESPACE $NOMAD_JOB_ID"');
          await shell.shows(new RegExp(`here: team-a ${id}`));
          session.ask.will({ pick: '/bin/bash' });
          await run('execCommand', { ...argument, task: 'main' });
          await new OpenTerminal(vscode.window.terminals.at(-1)).shows(/ · namespace team-a · /);
          await run('copyId', argument);
          assert.equal(await vscode.env.clipboard.readText(), allocation);
        }
        for (const argument of [target(id), { ...target(id), allocation }, { allocation, task: 'main' }]) {
          await run('showLogs', argument);
          await eventually('its logs are shown', () => {
            const { document } = vscode.window.activeTextEditor ?? {};
            return document?.uri.path.includes(`/team-a/${id}`) === true && /│ hello 1$/m.test(document.getText());
          });
        }
        for (const argument of [
          { ...target(id), allocation },
          { allocation, task: 'main' },
        ]) {
          session.ask.will(...('task' in argument ? [] : [{ pick: 'alloc/' }]), { leave: true });
          await run('browseFiles', argument);
        }
        const logFile = fileUri({
          ...{ cluster: session.cluster.id, job: jobKey('team-a', id), region: undefined, allocation },
          ...{ name: `${id}.app[0]`, path: 'alloc/logs/main.stdout.0' },
        });
        await run('followFile', logFile);
        await eventually('the file is shown', () => {
          const { document } = vscode.window.activeTextEditor ?? {};
          return document?.uri.path.endsWith('/main.stdout.0 following') === true && document.getText() === 'hello 1\n';
        });
        // There is one other allocation of the job.
        await run('compareFile', logFile);
        session.ask.will({ leave: true });
        await run('downloadFiles', { allocation });
        const folders = takeFolders();
        await run('openFilesInExplorer', { allocation });
        folders.dispose();
        assert.equal(folders.all.length, 1);
        session.ask.will({ text: 'HELLO|hello' });
        await run('searchLogs', target(id));
        assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /│ hello 1$/m);
        session.ask.will({ pick: 'app[0]' });
        await run('exec', target(id));
        session.ask.will({ text: '/bin/echo hi' }, { pick: 'Nothing' }, { confirm: 'button' });
        await run('runCommand', { allocation });
        assert.match(session.ask.last.detail, /amespace team-a/);
        assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /namespace team-a[^]*\nhi\n/);
        session.ask.will({ pick: 'app[0]' });
        await run('showEvents', target(id));

        await run('runAction', target(id));
        await session.messages.next(new RegExp(`^${id} offers no action on`));
        session.ask.will({ pick: 'Other port…' }, { text: '1' }, { text: '0' });
        await run('forwardPort', { allocation, task: 'main' });
        await stopForwarding(session, new RegExp(`leads to port 1 of ${id} app\\[0\\] main on`));
        putCursor(await openFile(`${id}-port.nomad.hcl`, versionOf(id, '1', { port: '1' })), 'port "1"');
        session.ask.will({ text: '0' });
        await run('forwardJobspecPort');
        await stopForwarding(session, new RegExp(`leads to port 1 of ${id} side\\[0\\] main on`));
        session.ask.will({ pick: 'info' });
        await run('showAgentLogs');
        await eventually(
          'what it lacks is said',
          () => vscode.window.activeTextEditor?.document.getText().includes('The token needs agent:read') === true,
        );

        const links = takeLinks();
        await run('openWebUi', target(id));
        links.dispose();
        assert.deepEqual(links.all, [`${cluster.address}/ui/jobs/${id}@team-a`]);
      });

      it('restarts and signals the tasks of an allocation, and stops it', async () => {
        const { ID: allocation } = await running(id);
        const started = (times: number) =>
          eventually('it runs again', () => {
            const { main } = cluster.cluster.store.allocations.get(allocation)?.TaskStates ?? {};
            const starts = main?.Events?.filter(({ Type }) => Type === 'Started').length ?? 0;
            return main?.State === 'running' && starts >= times;
          });
        session.ask.will({ leave: true });
        await run('writeIncidentReport', { allocation });
        session.ask.will({ confirm: 'button' });
        await run('restartTask', { allocation, task: 'main' });
        assert.match(session.ask.last.detail, /amespace team-a/);
        await started(2);
        session.ask.will({ confirm: 'button' });
        await run('restartAllocation', { ...target(id), allocation });
        await started(3);
        session.ask.will({ pick: 'SIGHUP' }, { confirm: 'button' });
        await run('signalTask', { allocation });
        assert.match(session.ask.last.detail, /amespace team-a/);
        await session.messages.next(new RegExp(`^SIGHUP was sent to main of ${id}\\.app\\[0\\] on `));
        session.ask.will({ confirm: 'button' });
        await run('stopAllocation', { allocation });
        assert.match(session.ask.last.detail, /amespace team-a/);
        await eventually('another one runs', async () => (await running(id)).ID !== allocation);
      });

      it('promotes a deployment, groups of one, and fails one', async () => {
        await runVersion(id, '2');
        const first = await waiting(id, 1);
        session.ask.will({ confirm: 'button' });
        await run('promoteDeployment', { ...target(id), deployment: first });
        await status(id, 'successful');
        await run('showRollout', target(id));
        await session.messages.next(new RegExp(`^${id} v1 is deployed`));

        await runVersion(id, '3');
        const partly = await waiting(id, 2);
        // Without the job, as another extension may pass it: it is found by its id.
        session.ask.will({ pickMany: ['side'] }, { confirm: 'button' });
        await run('promoteGroups', { deployment: partly });
        assert.match(session.ask.last.detail, /amespace team-a/);
        session.ask.will({ confirm: 'button' });
        await run('failDeployment', { ...target(id), deployment: partly });
        await status(id, 'failed');
        await session.messages.next(new RegExp(`^The deployment of ${id} v2 is failed on`));
      });

      it('reverts and stops the job', async () => {
        session.ask.will({ pick: 'v0' });
        await run('revertJob', target(id));
        const preview = openDocument(({ uri }) => uri.path === `/${id} — revert.nomad-plan`);
        assert.ok(preview, 'no preview is shown');
        session.ask.will({ confirm: 'button' });
        await run('revertJob', preview.uri);
        assert.match(session.ask.last.detail, /amespace team-a/);
        assert.equal(jobOf(id)?.Version, 3);

        session.ask.will({ confirm: 'button' });
        await run('stopJob', target(id));
        assert.match(session.ask.last.detail, /amespace team-a/);
        assert.equal(jobOf(id)?.Stop, true);
      });

      after(() => assertAllTried(called.get(namespace)));
    });
  }

  it('is refused in another namespace, in Nomad’s words', async () => {
    await show('*');
    await openFile('foreign.nomad.hcl', jobspec('foreign', { namespace: 'default' }));
    await session.run('planJob');
    await session.messages.next(/^Could not plan the job on .*: Permission denied$/);
    assert.equal(cluster.cluster.store.job('default', 'foreign'), undefined);
  });
});
