import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, beforeEach, describe, it } from 'mocha';
import { eventually } from './support/eventually.ts';
import { useStage } from './support/stage.ts';

const shop = `job "files" {
  group "cart" {
    count = 2
    task "server" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "echo listening; sleep 3600"]
      }
      kill_timeout = "1s"
      resources {
        cpu    = 10
        memory = 16
      }
    }
  }
}
`;

describe('the files of an allocation', () => {
  const stage = useStage();
  let local = '';

  before(async function () {
    const { cluster, workbench } = stage();
    await cluster.runToEnd(shop, 'files', 2);
    const { store, runtime } = cluster.simulator.cluster;
    const first = [...store.allocations.values()].find(({ Name }) => Name === 'files.cart[0]');
    assert.ok(first);
    local = join(runtime.directories.task(first.ID, 'server'), 'local');
    mkdirSync(join(local, 'templates'));
    writeFileSync(join(local, 'app.json'), '{\n  "port": 8080,\n  "backend": "inventory"\n}\n');
    writeFileSync(join(local, 'requests.log'), 'GET /cart 200\n');
    writeFileSync(join(local, 'dump.bin'), Buffer.alloc(3_400_000));
    await workbench.expandRow('Jobs', 'files');
    await workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.label === 'cart[1]'));
  });
  beforeEach(async () => {
    await stage().workbench.tidyUp();
  });

  /** Names stand behind an icon. */
  const pick = (name: string) =>
    stage().workbench.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: name }).click();

  it('are browsed from a row and opened', async () => {
    const { workbench } = stage();
    await workbench.quickPickFrom('Jobs', 'cart[0]', 'Browse files', 'Files of files.cart[0]');
    await pick('server/');
    await pick('local/');
    const box = workbench.page.locator('.quick-input-widget:visible');
    await box.locator('.monaco-list-row', { hasText: 'app.json' }).waitFor();
    const rows = await workbench.quickPick('Files of files.cart[0]');
    assert.deepEqual(
      rows.map(({ label }) => label.trim()),
      ['..', 'templates/', 'app.json', 'dump.bin', 'requests.log', 'Download this directory'],
    );
    await workbench.screenshot('80-files');
    await pick('app.json');
    await workbench.waitForEditor('app.json', '"backend": "inventory"');
    await workbench.screenshot('81-file');
  });

  it('are followed as they grow', async () => {
    const { workbench } = stage();
    await workbench.quickPickFrom('Jobs', 'cart[0]', 'Browse files', 'Files of files.cart[0]');
    for (const name of ['server/', 'local/', 'requests.log']) await pick(name);
    await workbench.waitForEditor('requests.log', 'GET /cart 200');
    await workbench.runCommand('Nomad: Follow file');
    await workbench.waitForEditor('requests.log following', 'GET /cart 200');
    appendFileSync(join(local, 'requests.log'), 'POST /cart 201\n');
    await workbench.waitForEditor('requests.log following', 'POST /cart 201');
    await workbench.screenshot('82-file-followed');
  });

  it('stand in the explorer', async () => {
    const { workbench } = stage();
    await workbench.contextMenu('Jobs', 'cart[0]', 'Open files in the explorer');
    const row = (name: string) =>
      workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first();
    // The window starts its extensions anew for a second folder, and may draw what was opened before as closed.
    for (const [name, below] of [
      ['files.cart[0]', 'server'],
      ['server', 'local'],
      ['local', 'app.json'],
    ] as const) {
      await eventually(
        `${name} is open`,
        async () => {
          if ((await row(name).getAttribute('aria-expanded')) === 'false') await row(name).click();
          return row(below).isVisible();
        },
        (isThere) => isThere,
      );
    }
    await row('app.json').click();
    await workbench.waitForEditor('app.json', '"port": 8080');
    await workbench.screenshot('83-files-in-the-explorer');
  });
});
