import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { logText, openFile, workspaceFolder } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import type { Session } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { eventually } from './support/when.ts';

describe('what a command fails with', () => {
  let session: Session;

  useCluster(async (opened, cluster) => {
    session = opened;
    await cluster.register(jobspec('web'));
    await session.connect(cluster.address);
  });

  const logged = (text: string) => eventually(`the log has ${text}`, () => logText(session.workbench).includes(text));

  it('is no fault of the person’s where it is one of the extension, and the log has its place', async () => {
    const { variables } = session.workbench;
    await openFile('fault.nomad.hcl', jobspec('fault'));
    const broken = (error: unknown) => () => {
      throw error;
    };
    try {
      for (const error of [new Error('a plain one: 4711'), new TypeError('undefined is not a function: 4712')]) {
        Object.assign(session.workbench, { variables: { get: broken(error) } });
        await session.run('planJob');
        const { sentence, buttons, level } = await session.messages.next(/^Could not plan the job/);
        const unexpected = `on ${session.cluster.label}: an unexpected error in the extension; the log says more`;
        assert.equal(sentence, `Could not plan the job ${unexpected}`);
        assert.equal(level, 'error');
        assert.deepEqual(buttons, ['Show log']);
        await logged(error.message);
      }
      assert.match(logText(session.workbench), /says more\nError: a plain one: 4711\n\s+at [^\n]*faults\.test/);
    } finally {
      Object.assign(session.workbench, { variables });
    }
    await session.run('planJob');
    assert.deepEqual(session.messages.all, []);
  });

  it('is told in words for people where it was meant for them', async () => {
    const uri = vscode.Uri.file(join(workspaceFolder(), 'gone.nomad.hcl'));
    const missing = { allocation: '00000000-0000-4000-8000-000000000000' };
    const told: readonly (readonly [command: Parameters<Session['run']>[0], argument: unknown, sentence: RegExp])[] = [
      ['planJob', uri, /^Could not plan the job on \S+: the file gone\.nomad\.hcl can't be opened: .*gone\.nomad\.hcl/],
      ['planJob', undefined, /^Could not plan the job on \S+: no jobspec is open\. Open a file that ends in/],
      ['exec', missing, /^Could not exec on \S+: the allocation is no longer there\.$/],
      ['showEvents', missing, /^Could not show the state and events on \S+: alloc not found$/],
      ['stopJob', undefined, /^Could not stop the job on \S+: its row is no longer there, or was just drawn anew\. /],
      ['copyId', {}, /^Could not copy the id on \S+: nothing is selected that has an id\.$/],
      ['openJobSource', { job: 'default/nowhere' }, /^Could not open the source on \S+: job not found$/],
    ];
    for (const [command, argument, sentence] of told) {
      // The palette hands over nothing; a menu whose row went, one that is nothing.
      await session.run(command, ...(command === 'planJob' && argument === undefined ? [] : [argument]));
      await session.messages.next(sentence);
    }
    assert.doesNotMatch(logText(session.workbench).split('gone.nomad.hcl').at(-1) ?? '', /\n\s+at /);
  });

  it('says why a setting can’t be written', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const settings = vscode.Uri.joinPath(folder, '.vscode/settings.json');
    const write = (text: string) => vscode.workspace.fs.writeFile(settings, Buffer.from(text));
    const before = vscode.workspace.getConfiguration().inspect('nomad.namespace')?.workspaceValue;
    assert.equal(before, undefined);
    try {
      await write('{ "nomad.namespace": "default"\n');
      await eventually(
        'the setting of the workspace counts',
        () => vscode.workspace.getConfiguration().inspect('nomad.namespace')?.workspaceValue === 'default',
      );
      await session.state('live');
      await write('{ "nomad.namespace": "default", oops\n');
      session.ask.will({ pick: '*' });
      await session.run('chooseNamespace');
      await session.messages.next(
        /^Could not choose a namespace on \S+: the setting nomad\.namespace can't be written: \S/,
      );
    } finally {
      await vscode.workspace.fs.delete(settings);
      await eventually(
        'the setting is gone',
        () => vscode.workspace.getConfiguration().inspect('nomad.namespace')?.workspaceValue === undefined,
      );
    }
  });
});
