import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import { jobspec } from './support/jobspec.ts';
import { useWorkbench } from './support/suite.ts';
import { TestCluster } from './support/testCluster.ts';

describe('a workspace of several folders', () => {
  const top = mkdtempSync(join(realpathSync(tmpdir()), 'folders-'));
  let ofWorkspace: TestCluster | undefined;
  let ofOthers: TestCluster | undefined;

  const workbench = useWorkbench(async () => {
    [ofWorkspace, ofOthers] = await Promise.all([TestCluster.start({ seed: 1 }), TestCluster.start({ seed: 2 })]);
    const write = (name: string, value: unknown) => {
      writeFileSync(join(top, name), typeof value === 'string' ? value : JSON.stringify(value));
    };
    for (const name of ['first', 'second']) {
      mkdirSync(join(top, name, '.vscode'), { recursive: true });
      write(`${name}/.vscode/settings.json`, { 'nomad.address': ofOthers.address, 'nomad.namespace': 'elsewhere' });
      write(`${name}/${name}.nomad.hcl`, jobspec(name));
    }
    const folders = [{ path: 'first' }, { path: 'second' }];
    write('team.code-workspace', { folders, settings: { 'nomad.address': ofWorkspace.address } });
    // Its own user settings lead elsewhere, too: those of the workspace win.
    return { folder: join(top, 'team.code-workspace'), settings: { 'nomad.address': ofOthers.address } };
  });
  after('ends the clusters', async () => {
    await ofWorkspace?.close();
    await ofOthers?.close();
    rmSync(top, { recursive: true });
  });

  it('is led by its own settings alone, whichever folder a jobspec is in', async () => {
    assert.ok(ofWorkspace && ofOthers);
    await workbench().showNomad();
    const { host } = new URL(ofWorkspace.address);
    await workbench().statusBarItem(host).waitFor();
    for (const name of ['first', 'second']) {
      await workbench().openFile(`${name}.nomad.hcl`);
      await workbench().clickLens('Run');
      const question = await workbench().modalText();
      assert.ok(question.startsWith(`Run ${name} on ${host}?`), question);
      assert.match(question, /Namespace default\./);
      await workbench().clickModalButton('Run');
      await workbench().waitForRows('Jobs', (rows) => rows.some((row) => row.label === name));
      assert.equal((await ofWorkspace.job(name)).Version, 0);
      await assert.rejects(ofOthers.job(name));
    }
  });
});
