import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { fileUri } from '../../src/editor/files/fileUri.ts';
import { schemes } from '../../src/platform/contributions.ts';
import { documentOf } from '../../src/platform/documentUri.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { assertAllTried } from './support/coverage.ts';
import { takeFolders } from './support/folders.ts';
import { stopForwarding } from './support/forwards.ts';
import { closeEditors, openFile, putCursor, shownText } from './support/host.ts';
import { jobspec, type JobspecParts } from './support/jobspec.ts';
import { takeLinks } from './support/links.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { OpenTerminal } from './support/terminal.ts';
import { eventually } from './support/when.ts';

describe('another region than the one that is shown', () => {
  let session: Session;
  let east: TestCluster;
  let west: TestCluster;
  const called = new Set<Parameters<Session['run']>[0]>();

  before(async () => {
    session = await Session.open();
    const start = (region: string) => startCluster({ region, rawExec: true });
    [east, west] = await Promise.all([start('east'), start('west')]);
    east.join(west);
    await session.connect(east.address);
  });
  afterEach(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose();
    session.clear();
    await closeEditors();
  });
  after(async () => {
    await session.close();
    await east.close();
    await west.close();
  });

  async function run(command: Parameters<Session['run']>[0], ...args: unknown[]): Promise<void> {
    called.add(command);
    await session.run(command, ...args);
    const failures = session.messages.all.filter(({ sentence }) => /^Could not|unexpected/i.test(sentence));
    assert.deepEqual(failures, [], command);
    assert.equal(session.ask.left, 0, `${command} asks less than was expected`);
  }

  const parts: JobspecParts = { driver: 'raw_exec', script: 'echo "hello $VERSION"; sleep 3600' };
  const inWest = (id: string, version: string, more: JobspecParts = {}) =>
    jobspec(id, { ...parts, ...more, version }).replace('{\n', '{\n  region = "west"\n');
  /** Whether the editor in front is of such a document, with such a text. */
  const isShown = (path: string, text: RegExp) => {
    const { document } = vscode.window.activeTextEditor ?? {};
    return document?.uri.path.includes(path) === true && text.test(document.getText());
  };
  const planOf = (editor: vscode.TextEditor) => shownText(schemes.plan, editor.document.uri.toString()) ?? '';
  const jobIn = (cluster: TestCluster, id: string) => cluster.cluster.store.job('default', id);
  const versionIn = (cluster: TestCluster, id: string) =>
    jobIn(cluster, id)?.TaskGroups?.[0]?.Tasks?.[0]?.Env?.['VERSION'];
  const inRegion = (id: string) => ({ job: `default/${id}`, region: 'west' });
  const runningIn = (cluster: TestCluster, id: string) =>
    eventually(`${id} runs`, () =>
      [...cluster.cluster.store.allocations.values()].find((one) => one.JobID === id && one.ClientStatus === 'running'),
    );

  it('is said first in the question and in the plan, and is where all of it happens', async () => {
    // A job of the same name is in the way here, and is left alone.
    await east.register(jobspec('far', { version: 'here' }));
    await west.register(inWest('far', 'old'));
    const editor = await openFile('far.nomad.hcl', inWest('far', 'new'));
    await run('planJob');
    assert.match(planOf(editor), /^In region west, not in east, which is shown\.\n/);
    session.ask.will({ confirm: 'button' });
    await run('runJob');
    assert.match(session.ask.last.detail, /^In region west, not in east, which is shown\. Namespace default\. /);
    assert.match(planOf(editor), / \/ default · region west · /);
    assert.match(planOf(editor), /"old" => "new"/);
    await session.messages.next(/^far v1 is deployed.* on 127\.0\.0\.1:\d+, region west( after |$)/);
    assert.equal(versionIn(west, 'far'), 'new');
    assert.equal(versionIn(east, 'far'), 'here');
  });

  it('is where the sources are compared', async () => {
    await west.register(inWest('compared', 'there'));
    await openFile('compared.nomad.hcl', inWest('compared', 'mine'));
    await run('compareSources');
    const { label } = vscode.window.tabGroups.activeTabGroup.activeTab ?? { label: '' };
    assert.match(label, /^default\/compared: v0 on .*, region west ↔ editor/);
    assert.equal(shownText(schemes.source, 'compared v0'), inWest('compared', 'there'));
  });

  it('may come from a variable', async () => {
    const head = 'variable "where" {}\n';
    const text = head + inWest('moving', '1').replace('"west"', 'var.where');
    const editor = await openFile('moving.nomad.hcl', text);
    session.ask.will({ text: 'west' });
    await run('setVariables');
    await run('planJob');
    assert.match(planOf(editor), /^In region west, not in east, which is shown\.\n/);
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
      await run('runJob');
      assert.match(session.ask.last.detail, /^Namespace default\. Region east\. /, name);
      assert.doesNotMatch(planOf(editor), /which is shown/, name);
      assert.equal(jobIn(east, name)?.Version, 0, name);
      assert.equal(jobIn(west, name), undefined, name);
    }
  });

  describe('asked for by a button', () => {
    before(async () => {
      // Its twin here runs, too, and is left alone by everything.
      await east.register(jobspec('twins', { ...parts, version: 'here' }));
      await west.register(inWest('twins', '1'));
      await runningIn(east, 'twins');
      await runningIn(west, 'twins');
      await session.running('twins');
    });

    it('shows the source, the events and the page of the job there', async () => {
      await run('openJobSource', inRegion('twins'));
      assert.equal(shownText(schemes.source, 'twins v0'), inWest('twins', '1'));
      await run('showEvents', inRegion('twins'));
      const { ID: allocation } = await runningIn(west, 'twins');
      const uri = vscode.window.activeTextEditor?.document.uri;
      assert.ok(uri);
      const of = { job: 'default/twins', region: 'west', allocation, name: 'twins.app[0]' };
      const { cluster, ...about } = documentOf(uri);
      assert.deepEqual([uri.scheme, cluster, about], [schemes.events, session.cluster.id, of]);
      for (const argument of [
        { ...inRegion('twins'), allocation },
        { allocation, region: 'west' },
      ]) {
        await closeEditors();
        await run('showEvents', argument);
        assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /Started/);
        await run('copyId', argument);
        assert.equal(await vscode.env.clipboard.readText(), allocation);
      }
      const links = takeLinks();
      await run('openWebUi', inRegion('twins'));
      links.dispose();
      assert.deepEqual(links.all, [`${east.address}/ui/jobs/twins@default?region=west`]);
    });

    it('shows logs of there', async () => {
      const { ID: allocation } = await runningIn(west, 'twins');
      for (const argument of [
        inRegion('twins'),
        { ...inRegion('twins'), allocation },
        { allocation, task: 'main', region: 'west' },
      ]) {
        await run('showLogs', argument);
        await eventually('the task is heard', () => isShown('/west/twins', /│ hello 1$/m));
        await closeEditors();
      }
    });

    it('reads files of there', async () => {
      const { ID: allocation } = await runningIn(west, 'twins');
      session.ask.will({ pick: 'main/' }, { leave: true });
      await run('browseFiles', { ...inRegion('twins'), allocation });
      const file = fileUri({
        ...{ cluster: session.cluster.id, job: jobKey('default', 'twins'), region: 'west', allocation },
        ...{ name: 'twins.app[0]', path: 'alloc/logs/main.stdout.0' },
      });
      assert.equal(Buffer.from(await vscode.workspace.fs.readFile(file)).toString(), 'hello 1\n');
      await run('followFile', file);
      await eventually('the file is shown', () => isShown('/west/', /^hello 1\n$/));
      session.ask.will({ leave: true });
      await run('downloadFiles', { allocation, region: 'west' });
      const folders = takeFolders();
      await run('openFilesInExplorer', { allocation, task: 'main', region: 'west' });
      folders.dispose();
      assert.equal(folders.all.length, 1);
      // The only other allocation of the job is in the other region.
      await run('compareFile', file);
      await session.messages.next(/^twins has no other allocation on /);
    });

    it('searches logs of there', async () => {
      session.ask.will({ text: 'hel+o' });
      await run('searchLogs', inRegion('twins'));
      assert.match(
        vscode.window.activeTextEditor?.document.getText() ?? '',
        /^\/hel\+o\/ in \d+ logs of twins on .*: 1 of 1 lines\napp\[0\] \w{4} │ hello 1\n$/,
      );
    });

    it('opens a shell there', async () => {
      const { ID: allocation } = await runningIn(west, 'twins');
      for (const argument of [
        inRegion('twins'),
        { ...inRegion('twins'), allocation },
        { allocation, task: 'main', region: 'west' },
      ]) {
        await run('exec', argument);
        const shell = new OpenTerminal(vscode.window.terminals.at(-1));
        await shell.shows(new RegExp(`allocation ${allocation.slice(0, 8)} on node .* · region west · `));
        shell.type('echo "here: $VERSION"');
        await shell.shows(/here: 1/);
        session.ask.will({ pick: '/bin/bash' });
        await run('execCommand', argument);
        await new OpenTerminal(vscode.window.terminals.at(-1)).shows(/ · region west · /);
        session.ask.will({ text: '/bin/echo hi' }, { pick: 'Nothing' }, { confirm: 'button' });
        await run('runCommand', argument);
        assert.match(session.ask.last.detail, /^In region west, not in east, which is shown\./);
        assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /\nhi\n/);
        await run('runAction', inRegion('twins'));
        await session.messages.next(/^twins offers no action on/);
        session.ask.will({ pick: 'Other port…' }, { text: '1' }, { text: '0' });
        await run('forwardPort', argument);
        await stopForwarding(session, /leads to port 1 of twins app\[0\] main on/);
        session.ask.will({ leave: true });
        await run('showAgentLogs');
        assert.ok(session.ask.last.choices.some((choice) => choice.endsWith(' · alive · region west')));
      }
      putCursor(await openFile('twins-port.nomad.hcl', inWest('twins', '1', { port: '1' })), 'port "1"');
      session.ask.will({ text: '0' });
      await run('forwardJobspecPort');
      await stopForwarding(session, /leads to port 1 of twins app\[0\] main on/);
    });

    it('restarts and signals tasks there, and stops an allocation', async () => {
      const { ID: allocation } = await runningIn(west, 'twins');
      const argument = { ...inRegion('twins'), allocation };
      const started = (times: number) =>
        eventually('it runs again', () => {
          const { main } = west.cluster.store.allocations.get(allocation)?.TaskStates ?? {};
          return (
            main?.State === 'running' && (main.Events ?? []).filter(({ Type }) => Type === 'Started').length >= times
          );
        });
      session.ask.will({ leave: true });
      await run('writeIncidentReport', argument);
      for (const [command, times] of [
        ['restartTask', 2],
        ['restartAllocation', 3],
      ] as const) {
        session.ask.will({ confirm: 'button' });
        await run(command, argument);
        assert.match(session.ask.last.detail, /^In region west, not in east, which is shown\./);
        await started(times);
      }
      session.ask.will({ pick: 'SIGCONT' }, { confirm: 'button' });
      await run('signalTask', argument);
      session.ask.will({ confirm: 'button' });
      await run('stopAllocation', argument);
      await eventually('another one runs', async () => (await runningIn(west, 'twins')).ID !== allocation);
    });

    it('previews and reverts there', async () => {
      await west.register(inWest('twins', '2'));
      session.ask.will({ pick: 'v0' });
      await run('revertJob', inRegion('twins'));
      const preview = vscode.workspace.textDocuments.find(({ uri }) => uri.path === '/twins — revert.nomad-plan');
      assert.ok(preview, 'no preview is shown');
      assert.match(preview.getText(), /^In region west, not in east, which is shown\.\n/);
      session.ask.will({ confirm: 'button' });
      await run('revertJob', preview.uri);
      assert.match(session.ask.last.detail, /^In region west, not in east, which is shown\./);
      await session.messages.next(/^twins v2 is deployed.*, region west( after |$)/);
      assert.equal(versionIn(west, 'twins'), '1');
      assert.equal(jobIn(west, 'twins')?.Version, 2);
    });

    it('promotes, fails and follows there', async () => {
      const waiting = (version: string) => inWest('twins', version).replace('canary           = 0', 'canary = 1');
      const canaryOf = (version: number) =>
        eventually('its canary is healthy', () => {
          const latest = west.cluster.store.latestDeployment('default\0twins');
          const isReady = Object.values(latest?.TaskGroups ?? {}).every((group) => group.HealthyAllocs > 0);
          return latest?.JobVersion === version && isReady && latest.ID;
        });
      const status = (wanted: string) =>
        eventually(`it is ${wanted}`, () => west.cluster.store.latestDeployment('default\0twins')?.Status === wanted);

      await west.register(waiting('3'));
      const deployment = await canaryOf(3);
      session.ask.will({ confirm: 'button' });
      await run('promoteDeployment', { ...inRegion('twins'), deployment });
      assert.match(session.ask.last.detail, /^In region west/);
      await status('successful');
      await run('showRollout', inRegion('twins'));
      await session.messages.next(/^twins v3 is deployed.*, region west( after |$)/);

      await west.register(waiting('4'));
      // The job is left out, as another extension may do: the deployment is found by its id.
      const next = { deployment: await canaryOf(4), region: 'west' };
      session.ask.will({ leave: true });
      await run('promoteGroups', next);
      assert.match(session.ask.last.detail, /^In region west/);
      session.ask.will({ confirm: 'button' });
      await run('failDeployment', next);
      assert.match(session.ask.last.detail, /^In region west/);
      await status('failed');
    });

    it('stops there', async () => {
      session.ask.will({ confirm: 'button' });
      await run('stopJob', inRegion('twins'));
      assert.match(session.ask.last.detail, /^In region west, not in east, which is shown\./);
      assert.equal(jobIn(west, 'twins')?.Stop, true);
      assert.equal(jobIn(east, 'twins')?.Stop, false);
      assert.equal(jobIn(east, 'twins')?.Version, 0);
    });

    after(async () => {
      // A row is always of the region that is shown.
      called.add('openRow');
      await assertAllTried(called);
    });
  });
});
