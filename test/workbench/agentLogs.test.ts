import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { schemes } from '../../src/platform/contributions.ts';
import { onDidEdit } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import type { Session, TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { when } from './support/when.ts';

describe('the log of an agent', () => {
  let session: Session;
  let cluster: TestCluster;
  let folder = '';

  useCluster(async (opened, started) => {
    session = opened;
    cluster = started;
    await cluster.register(jobspec('web'));
    await session.connect(cluster.address);
    await session.running('web');
  });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'agent-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  const text = () => vscode.window.activeTextEditor?.document.getText() ?? '';
  const shows = (pattern: RegExp) =>
    when(`the log shows ${String(pattern)}`, [onDidEdit], () => pattern.test(text())).catch((error: unknown) => {
      throw new Error(`It is\n${text().slice(-600)}`, { cause: error });
    });

  /** Shows it, and has the agent say something. */
  async function show(agent: string, level: string): Promise<void> {
    const { length } = cluster.requests;
    session.ask.will({ pick: agent }, { pick: level });
    await session.run('showAgentLogs');
    assert.deepEqual([session.messages.all, session.ask.left], [[], 0]);
    await when('it is asked for', [cluster.onRequest], () =>
      cluster.requests.slice(length).some(({ path }) => path === '/v1/agent/monitor'),
    );
  }

  const ask = () => session.cluster.client.agent.regions();

  it('grows as a document, with what is asked for and no more', async () => {
    await show('node-1', 'debug');
    assert.match(session.ask.asked[0]?.title ?? '', /^Show the log of an agent on 127\.0\.0\.1:\d+$/);
    assert.match(
      session.ask.asked[0]?.choices.join('\n') ?? '',
      /the agent that answers\n.* · server · alive\nnode-1 · client · ready/,
    );
    const uri = vscode.window.activeTextEditor?.document.uri;
    assert.match(`${String(uri?.scheme)} ${String(uri?.path)}`, /^nomad-logs .*\/node-1 agent log debug$/);
    await ask();
    await shows(/^\S+Z \[DEBUG\] http: request complete: method=GET path=\/v1\/regions/m);
    const log = (await session.workbench.logs.open()).named(undefined);
    assert.deepEqual(log?.of.target, { agent: { nodeId: await nodeId() }, level: 'debug', region: undefined });
  });

  async function nodeId(): Promise<string> {
    const { value } = await session.cluster.client.nodes.list();
    return value.find(({ Name }) => Name === 'node-1')?.ID ?? '';
  }

  it('is paused, filtered and saved', async () => {
    await show('node-1', 'debug');
    await ask();
    await shows(/\/v1\/regions/);
    const log = (await session.workbench.logs.open()).named(undefined);
    assert.ok(log);
    session.ask.will({ pick: 'Show only lines with …' }, { text: 'regions' }, { pick: 'These lines alone' });
    await session.run('filterLogs');
    await ask();
    await shows(/\/v1\/regions[^]*\/v1\/regions/);
    await session.run('pauseLogs');
    assert.equal(log.isPaused, true);
    await session.run('resumeLogs');
    session.ask.will({ folder: vscode.Uri.file(folder) });
    await session.run('saveLogs');
    await session.messages.next(/^Saved node-1\.agent\.log$/);
    assert.match(readFileSync(join(folder, 'node-1.agent.log'), 'utf8'), /\/v1\/regions/);
    assert.deepEqual(readdirSync(folder), ['node-1.agent.log']);
    await session.run('loadOlderLogs');
    await session.messages.next(
      /^There is nothing older to load: an agent keeps nothing of its log to be read again\.$/,
    );
  });

  it('is of another level in another document, which says what it waits for', async () => {
    await show('node-1', 'error');
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /\/node-1 agent log error$/);
    await shows(/Nothing was logged since\. An agent tells what it logs from now on, of level error and above/);
    assert.equal(vscode.window.activeTextEditor?.document.uri.scheme, schemes.logs);
  });

  it('opens nothing where a question is left', async () => {
    for (const answers of [[{ leave: true }], [{ pick: 'node-1' }, { leave: true }]] as const) {
      session.ask.will(...answers);
      await session.run('showAgentLogs');
      assert.equal(vscode.window.activeTextEditor, undefined);
    }
  });
});
