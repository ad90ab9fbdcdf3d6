import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { jobKey } from '../../src/state/tables/keys.ts';
import type { AllocationRecord } from '../../src/state/tables/records.ts';
import { workspaceFolder } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import type { Session, TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';

/** Two tasks that run and one that has run before them. */
const several = jobspec('several', { driver: 'raw_exec' }).replace(
  '    task "main" {',
  `    task "side" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "sleep 3600"]
      }
    }
    task "first" {
      driver = "raw_exec"
      lifecycle {
        hook = "prestart"
      }
      config {
        command = "/bin/true"
      }
    }
    task "main" {`,
);

describe('what is done with an allocation', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster(
    async (opened, started) => {
      [session, cluster] = [opened, started];
      await session.connect(cluster.address);
      await cluster.register(several);
      await cluster.register(jobspec('pair', { count: 2, driver: 'raw_exec' }));
      await session.running('several');
      await session.running('pair', 2);
    },
    { rawExec: true },
  );

  const writes = () => cluster.requests.filter(({ method }) => method !== 'GET');
  const starts = (id: string, task: string) =>
    cluster.cluster.store.allocations.get(id)?.TaskStates?.[task]?.Events?.filter(({ Type }) => Type === 'Started')
      .length;

  async function one(job: string, count = 1): Promise<AllocationRecord> {
    const [first] = await session.running(job, count);
    assert.ok(first);
    return first;
  }

  /** Waits until all tasks of an allocation run that are to. */
  async function settled({ id }: AllocationRecord): Promise<void> {
    await session.until('its tasks run', ({ allocations }) => {
      const { tasks = [] } = allocations.get(id) ?? {};
      return tasks.filter(({ state }) => state === 'running').length === 2;
    });
  }

  it('restarts all tasks that run, and names them in the question', async () => {
    const allocation = await one('several');
    await settled(allocation);
    session.ask.will({ confirm: 'button' });
    await session.run('restartAllocation', { job: allocation.jobKey, allocation: allocation.id });
    const { title, detail } = session.ask.last;
    assert.equal(title, `Restart several.app[0] on ${session.cluster.label}?`);
    assert.match(
      detail,
      /^Namespace default\..*\n2 tasks restart on node \S+: (?:side, main|main, side)\.\nNo other allocation of app runs now\.$/s,
    );
    const { buttons } = await session.messages.next(/^several\.app\[0\] restarts on /);
    assert.deepEqual(buttons, ['Show state and events']);
    await session.until(
      'both ran again',
      () => starts(allocation.id, 'main') === 2 && starts(allocation.id, 'side') === 2,
    );
    assert.equal(starts(allocation.id, 'first'), 1);
  });

  it('restarts one task, asked for where it is not named, and nothing when the question is left', async () => {
    const allocation = await one('several');
    await settled(allocation);
    const before = starts(allocation.id, 'main');
    session.ask.will({ pick: 'side' }, { confirm: 'button' });
    await session.run('restartTask', { allocation: allocation.id });
    assert.equal(session.ask.last.title, `Restart side of several.app[0] on ${session.cluster.label}?`);
    await session.until('it ran again', () => starts(allocation.id, 'side') === 3);
    assert.equal(starts(allocation.id, 'main'), before);
    const sent = writes().length;
    session.ask.will({ leave: true });
    await session.run('restartTask', { allocation: allocation.id, task: 'main' });
    assert.equal(writes().length, sent);
  });

  it('says that a task does not run instead of asking', async () => {
    const allocation = await one('several');
    const sent = writes().length;
    for (const command of ['restartTask', 'signalTask'] as const) {
      await session.run(command, { allocation: allocation.id, task: 'first' });
      await session.messages.next(/^first of several\.app\[0\] does not run on /);
    }
    assert.equal(writes().length, sent);
  });

  it('sends a signal, one of those that the node knows', async () => {
    const allocation = await one('pair', 2);
    session.ask.will({ pick: 'SIGHUP' }, { leave: true });
    await session.run('signalTask', { allocation: allocation.id });
    assert.equal(session.ask.last.title, `Send SIGHUP to main of pair.app[0] on ${session.cluster.label}?`);
    session.ask.will({ pick: 'SIGCONT' }, { confirm: 'button' });
    await session.run('signalTask', { allocation: allocation.id });
    await session.messages.next(/^SIGCONT was sent to main of pair\.app\[0\] on /);
    const choices = session.ask.asked.find(({ title }) => title.startsWith('Signal for '))?.choices ?? [];
    assert.equal(choices[0], 'SIGHUP · often: read the configuration anew');
    assert.ok(choices.includes('SIGWINCH'));
    assert.ok(!choices.includes('SIGNULL'));
  });

  it('offers the usual signals where the node can’t be read', async () => {
    const allocation = await one('pair', 2);
    cluster.faults.set({ path: '/v1/node/*', status: 403, text: 'Permission denied' });
    session.ask.will({ leave: true });
    await session.run('signalTask', { allocation: allocation.id });
    assert.equal(session.ask.last.choices.length, 7);
  });

  it('stops one, says what takes its place, and that it is over the second time', async () => {
    const allocation = await one('pair', 2);
    session.ask.will({ confirm: 'button' });
    await session.run('stopAllocation', { allocation: allocation.id });
    assert.match(
      session.ask.last.detail,
      /\n1 task stops on node \S+: main\.\nNomad starts another allocation in its place, as far as there is room\.$/,
    );
    await session.messages.next(/^pair\.app\[0\] is stopped on .*; another one takes its place$/);
    await session.until('another one runs', (store) => {
      const all = store.allocationsOf(jobKey('default', 'pair'));
      return all.filter((record) => record.clientStatus === 'running' && record.id !== allocation.id).length === 2;
    });
    const sent = writes().length;
    await session.run('stopAllocation', { allocation: allocation.id });
    await session.messages.next(/^pair\.app\[0\] is (?:complete|being stopped) on /);
    assert.equal(writes().length, sent);
  });

  it('names the allocation and the missing right where it is denied', async () => {
    const [allocation] = await session.running('pair', 2);
    assert.ok(allocation);
    cluster.faults.set({ path: '/v1/client/allocation/*', status: 403, text: 'Permission denied' });
    session.ask.will({ confirm: 'button' });
    await session.run('restartAllocation', { allocation: allocation.id });
    const { sentence } = await session.messages.next(/^Could not restart pair\.app\[[01]\] on /);
    assert.match(sentence, /Permission denied.*alloc-lifecycle.*default/s);
  });

  describe('from the palette', () => {
    before(() => session.until('the pair runs', (store) => store.allocationsOf(jobKey('default', 'pair')).length >= 2));

    it('asks for the job, its allocation and what else is open', async () => {
      session.ask.will({ pick: 'pair' }, { pick: 'app[1]' }, { leave: true });
      await session.run('restartTask');
      assert.equal(session.ask.asked[0]?.title, `Restart a task on ${session.cluster.label}`);
      assert.equal(session.ask.last.title, `Restart main of pair.app[1] on ${session.cluster.label}?`);
    });
  });

  it('writes an incident report into a new folder, and says what could not be read', async () => {
    const parent = vscode.Uri.joinPath(vscode.Uri.file(workspaceFolder()), 'reports');
    const [allocation] = await session.running('pair', 2);
    assert.ok(allocation);
    cluster.faults.set({ path: '/v1/client/fs/*', status: 403, text: 'Permission denied' });
    session.ask.will({ folder: parent });
    await session.run('writeIncidentReport', { allocation: allocation.id });
    const { document } = vscode.window.activeTextEditor ?? {};
    assert.ok(document);
    assert.match(document.uri.path, /\/reports\/incident pair\.app\[[01]\] \d{8}-\d{6}\/report\.md$/);
    assert.match(document.getText(), /^# Incident report: pair\.app\\\[[01]\\\]\n/);
    assert.match(document.getText(), /\n- main stdout: .*Permission denied/);
    const files = await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(document.uri, '..'));
    const names = files.map(([name]) => name);
    const wanted = ['allocation.json', 'allocations.json', 'evaluations.json', 'events.txt', 'job.json', 'stats.json'];
    assert.deepEqual(
      wanted.filter((name) => !names.includes(name)),
      [],
    );
    assert.ok(!names.includes('logs'));
    await session.messages.next(/^The incident report of pair\.app\[[01]\] is written\. Look through it/);
    session.ask.will({ leave: true });
    await session.run('writeIncidentReport', { allocation: allocation.id });
    assert.equal((await vscode.workspace.fs.readDirectory(parent)).length, 1);
  });

  it('says that an allocation is no longer there', async () => {
    await session.run('stopAllocation', { allocation: '11111111-2222-3333-4444-555555555555' });
    await session.messages.next(/^Could not stop the allocation on .*: the allocation is no longer there\.$/);
  });
});
