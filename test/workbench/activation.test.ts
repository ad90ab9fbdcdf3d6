import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands, languages, settingNames, views } from '../../src/platform/contributions.ts';
import { closeEditors, extension, openFile, setSetting } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { eventually, when } from './support/when.ts';

/** The part of the manifest that VS Code's own commands can't be asked for. */
interface Manifest {
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: unknown; readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly grammars: readonly { readonly language: string; readonly scopeName: string; readonly path: string }[];
  };
}

// Suites run in the order of their names, so this one finds the extension as a new window does.
describe('activation', () => {
  let cluster: TestCluster;

  before(async () => {
    cluster = await startCluster();
    await cluster.register(jobspec('web'));
    await setSetting('nomad.address', cluster.address);
  });

  after(async () => {
    await (await Session.open()).close();
    await cluster.close();
  });

  it('waits until it is used', () => {
    assert.equal(extension().isActive, false);
  });

  it('activates with a jobspec and offers its lenses, and asks the cluster nothing', async () => {
    const { document } = await openFile('activation.nomad.hcl', jobspec('web'));
    assert.equal(document.languageId, languages.jobspec);
    await eventually('the extension is active', () => extension().isActive);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      10,
    );
    const titles = lenses.map((lens) => lens.command?.title);
    assert.deepEqual(titles, ['Plan', 'Run']);
    assert.deepEqual(cluster.requests, []);
  });

  it('registers every command of the manifest', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = Object.values(commands).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
    assert.deepEqual(cluster.requests, []);
  });

  it('has a default for every setting', () => {
    const configuration = vscode.workspace.getConfiguration();
    const missing = settingNames.filter((name) => configuration.inspect(name)?.defaultValue === undefined);
    assert.deepEqual(missing, []);
  });

  it('connects when a view is looked at', async () => {
    const session = await Session.open();
    assert.equal(session.workbench.current.get(), undefined);
    assert.equal(session.workbench.context.get('nomad.state'), 'off');
    await vscode.commands.executeCommand(`${views.jobs}.focus`);
    await when('a request', [(listener) => cluster.onRequest(listener)], () => cluster.requests.length > 0);
    await session.welcome('ready');
    await session.state('live');
    const { context } = session.workbench;
    assert.equal(context.get('nomad.empty'), false);
    assert.equal(context.get('nomad.filtered'), false);
    assert.equal(context.get('nomad.problemsOnly'), false);
  });

  it('keeps the context keys of the filter', async () => {
    const session = await Session.open();
    const { context } = session.workbench;
    await session.connect(cluster.address);
    await session.welcome('ready');
    session.ask.will({ text: 'nothing has this name' });
    await session.run('filterJobs');
    assert.equal(context.get('nomad.filtered'), true);
    assert.equal(context.get('nomad.filterHidesAll'), true);
    await session.run('clearFilter');
    assert.equal(context.get('nomad.filtered'), false);
    assert.equal(context.get('nomad.filterHidesAll'), false);
    await session.run('showProblemsOnly');
    assert.equal(context.get('nomad.problemsOnly'), true);
    await session.run('showAllJobs');
    assert.equal(context.get('nomad.problemsOnly'), false);
  });

  it('knows jobspecs by their names', async () => {
    for (const name of ['short.nomad', 'long.nomad.hcl', 'deep/er/job.v2.nomad.hcl']) {
      const { document } = await openFile(name, jobspec('web'));
      assert.equal(document.languageId, languages.jobspec, name);
    }
    const { document } = await openFile('other.hcl', '');
    assert.notEqual(document.languageId, languages.jobspec);
    await closeEditors();
  });

  it('takes no setting from a workspace that is not trusted, the shells of a task included', () => {
    const { untrustedWorkspaces } = (extension().packageJSON as Manifest).capabilities;
    assert.equal(untrustedWorkspaces.supported, 'limited');
    assert.deepEqual([...untrustedWorkspaces.restrictedConfigurations].sort(), [...settingNames].sort());
  });

  it('has a grammar for each of its languages', () => {
    const { extensionPath } = extension();
    const { grammars } = (extension().packageJSON as Manifest).contributes;
    // That of logs is VS Code's own.
    const own = Object.values(languages).filter((language) => language !== languages.log);
    assert.deepEqual(grammars.map((grammar) => grammar.language).sort(), own.sort());
    for (const { path, scopeName } of grammars) {
      const grammar = JSON.parse(readFileSync(join(extensionPath, path), 'utf8')) as Record<string, unknown>;
      assert.equal(grammar['scopeName'], scopeName);
      assert.ok(Array.isArray(grammar['patterns']) && grammar['patterns'].length > 0);
    }
  });
});
