import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { invoke } from '../../src/commands/gate.ts';
import { entry, runJob } from '../../src/features/jobspec/runJob.ts';
import { openFile, setSetting, typeAll } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { ScriptedAsk } from './support/scriptedAsk.ts';
import { startCluster, type Session, type TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';

const some = '00000000-0000-4000-8000-0000000000a1';

describe('while the question of a run stands', () => {
  let session: Session;
  let cluster: TestCluster;
  let other: TestCluster;

  useCluster((opened, started) => {
    [session, cluster] = [opened, started];
  });
  before(async () => {
    other = await startCluster();
    await session.connect(cluster.address);
  });
  afterEach(async () => {
    await setSetting('nomad.namespace', undefined);
    await setSetting('nomad.region', undefined);
    for (const { address } of [cluster, other]) await session.workbench.tokens.forget(address);
    await session.connect(cluster.address);
  });
  after(() => other.close());

  const versionOn = (where: TestCluster, id: string) =>
    where.cluster.store.job('default', id)?.TaskGroups?.[0]?.Tasks?.[0]?.Env?.['VERSION'];

  const changes: readonly (readonly [what: string, change: () => unknown, told: () => string])[] = [
    [
      'the address',
      () => setSetting('nomad.address', other.address),
      () => `The address (then ${cluster.address}, now ${other.address}) changed`,
    ],
    [
      'the namespace',
      () => setSetting('nomad.namespace', 'default'),
      () => 'The namespace that is shown (then *, now default) changed',
    ],
    [
      'the region',
      () => setSetting('nomad.region', 'global'),
      () => 'The region in the settings (then none, now global) changed',
    ],
    ['the token', () => session.workbench.tokens.set(cluster.address, some), () => 'The token changed'],
    [
      'the address and the namespace',
      async () => {
        await setSetting('nomad.address', other.address);
        await setSetting('nomad.namespace', 'default');
      },
      () =>
        `The address (then ${cluster.address}, now ${other.address}) and the namespace that is shown (then *, now default) changed`,
    ],
    ['the connection', () => session.workbench.current.reconnect(), () => 'The connection was made anew'],
    [
      'nothing but that it was left',
      () => {
        session.workbench.current.disconnect();
      },
      () => 'The connection was left',
    ],
  ];
  for (const [what, change, told] of changes) {
    it(`a change is told by name, and nothing is run: ${what}`, async () => {
      await openFile('held.nomad.hcl', jobspec('held'));
      session.ask.will({ confirm: 'button', meanwhile: change });
      await session.run('runJob');
      const { sentence, buttons, level } = await session.messages.next(/Nothing was run/);
      assert.equal(sentence, `${told()} since the plan of held. Nothing was run. Plan it again.`);
      assert.deepEqual([level, buttons], ['warning', ['Plan again']]);
      assert.doesNotMatch(sentence, new RegExp(some));
      for (const where of [cluster, other]) assert.equal(where.cluster.store.job('default', 'held'), undefined);
    });
  }

  it('other values of variables are told, without the values', async () => {
    const head = 'variable "size" {}\n';
    const editor = await openFile('sized.nomad.hcl', jobspec('sized', { head, version: '${var.size}' }));
    const set = (value: string) =>
      session.workbench.variables.set(editor.document.uri, session.cluster.id, new Map([['size', value]]));
    await set('first');
    session.ask.will({ confirm: 'button', meanwhile: () => set('second-9c8d') });
    await session.run('runJob');
    const { sentence } = await session.messages.next(/Nothing was run/);
    assert.equal(
      sentence,
      'The variables of the jobspec changed since the plan of sized. Nothing was run. Plan it again.',
    );
    assert.equal(cluster.cluster.store.job('default', 'sized'), undefined);
  });

  it('says that the text is not saved, of a file and of one without a name', async () => {
    const editor = await openFile('unsaved-run.nomad.hcl', jobspec('unsaved-run'));
    session.ask.will({ leave: true });
    await session.run('runJob');
    assert.doesNotMatch(session.ask.last.detail, /saved/);
    await typeAll(editor, jobspec('unsaved-run', { count: 2 }));
    session.ask.will({ leave: true });
    await session.run('runJob');
    assert.match(session.ask.last.detail, / The file is not saved; the text in the editor is run\.$/);
    await editor.document.save();
    session.ask.will({ leave: true });
    await session.run('runJob');
    assert.doesNotMatch(session.ask.last.detail, /saved/);
    await session.run('newJobspec');
    session.ask.will({ leave: true });
    await session.run('runJob');
    assert.match(session.ask.last.detail, / The file is not saved; the text in the editor is run\.$/);
  });

  it('another window that ran its plan of the job first is not overwritten', async () => {
    await cluster.register(jobspec('shared', { version: 'old' }));
    const editor = await openFile('shared.nomad.hcl', jobspec('shared', { version: 'mine' }));
    await session.run('planJob');
    const theirs = await openFile('shared-there.nomad.hcl', jobspec('shared', { version: 'theirs' }));
    const ask = new ScriptedAsk();
    ask.will({ confirm: 'button' });
    // As another window would: its plan is of a file of its own.
    const window = { ...session.workbench, ask };
    const command = { entry, body: runJob };
    session.ask.will({ confirm: 'button', meanwhile: () => invoke(window, command, [theirs.document.uri]) });
    await session.run('runJob', editor.document.uri);
    assert.match(ask.last.title, /^Run shared on /);
    await session.messages.next(/^shared was changed on .* so it was not run\. The new plan is shown\.$/);
    assert.equal(versionOn(cluster, 'shared'), 'theirs');
    session.ask.will({ confirm: 'button' });
    await session.run('runJob', editor.document.uri);
    assert.equal(versionOn(cluster, 'shared'), 'mine');
  });

  it('a cluster that was set up anew gets nothing, though the index of the job is the same', async () => {
    let first = await startCluster({ seed: 1 });
    const { port } = new URL(first.address);
    try {
      const index = await first.register(jobspec('twin', { version: 'ours' }));
      await session.connect(first.address);
      await session.running('twin');
      const editor = await openFile('twin.nomad.hcl', jobspec('twin', { version: 'mine' }));
      const again = async () => {
        await first.close();
        first = await startCluster({ seed: 1, port: Number(port) });
        assert.equal(await first.register(jobspec('twin', { version: 'strangers' })), index);
      };
      session.ask.will({ confirm: 'button', meanwhile: again });
      await session.run('runJob', editor.document.uri);
      await session.messages.next(
        /^twin was not run on \S+: (?:the cluster counts from the start again|another job of that name was registered).*The new plan is shown\.$/,
      );
      assert.equal(versionOn(first, 'twin'), 'strangers');
    } finally {
      await session.leave();
      await first.close();
    }
  });
});
