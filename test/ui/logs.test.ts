import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import { eventually } from './support/eventually.ts';
import { useStage } from './support/stage.ts';

/** What a service says, and an error now and then. */
const script = [
  'echo "INFO  listening on :8080"',
  `echo '{"level":"warn","msg":"slow query","ms":1240,"table":"orders"}'`,
  'echo "panic: no route to inventory" >&2',
  'echo "    at main.go:12" >&2',
  'i=0; while true; do i=$((i+1)); echo "INFO  request $i took 12ms path=/cart status=200"',
  'if [ $((i % 7)) = 0 ]; then echo "ERROR could not reach inventory: connection refused" >&2; fi; sleep 0.3; done',
].join('; ');

const shop = `job "shop" {
  group "cart" {
    count = 2
    task "server" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", ${JSON.stringify(script).replaceAll('${', '$${')}]
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

describe('logs', () => {
  const stage = useStage({ 'main.go': 'package main\n' });

  before(async function () {
    const { cluster, workbench } = stage();
    await cluster.runToEnd(shop, 'shop', 2);
    await workbench.expandRow('Jobs', 'shop');
    await workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.label === 'cart[1]'));
  });
  beforeEach(async () => {
    await stage().workbench.tidyUp();
  });

  const titleAction = (name: string) =>
    stage().workbench.page.locator(`.editor-actions .action-label[aria-label^="${name}"]`);

  it('open from a row, and grow at the end', async () => {
    const { workbench } = stage();
    await workbench.inlineAction('Jobs', 'shop', 'Show logs');
    for (const line of ['cart[0] ', 'cart[1] ', ' │ INFO request ', ' ┃ ERROR could not reach inventory']) {
      await workbench.waitForEditor('shop logs', line);
    }
    assert.equal(await titleAction('Pause logs').count(), 1);
    assert.equal(await titleAction('Filter logs').count(), 1);
    await workbench.screenshot('71-logs');
    await workbench.setTheme('light');
    await workbench.screenshot('72-logs-light');
    await workbench.setTheme('dark');
  });

  it('open with a key on the row that has the focus', async () => {
    const { workbench } = stage();
    await workbench.clickRow('Jobs', 'cart[0]');
    await eventually(
      'the key opens the logs',
      async () => {
        await workbench.page.keyboard.press('l');
        return workbench.activeTab();
      },
      (tab) => tab.includes('shop.cart[0] logs'),
    );
    await workbench.waitForEditor('shop.cart[0] logs', 'took 12ms');
    await workbench.screenshot('73-logs-of-an-allocation');
  });

  it('are filtered and stay where they are scrolled to', async () => {
    const { workbench } = stage();
    await workbench.inlineAction('Jobs', 'shop', 'Show logs');
    await workbench.waitForEditor('shop logs', 'took 12ms');
    await titleAction('Filter logs').click();
    await workbench.pickItem('Show only lines with …');
    const box = workbench.page.locator('.quick-input-widget:visible');
    await box.locator('input').fill('(');
    await box.getByText('This is no regular expression: Unterminated group').waitFor();
    await workbench.screenshot('74-logs-bad-filter');
    await workbench.page.keyboard.press('Escape');
    await box.waitFor({ state: 'hidden' });
    await workbench.page.mouse.click(1000, 400);
    await workbench.page.keyboard.press('Control+Home');
    await titleAction('Go to the end of logs').waitFor();
    await workbench.waitForEditor('shop logs', 'slow query');
    await workbench.screenshot('75-logs-start');
    await titleAction('Go to the end of logs').click();
    await titleAction('Go to the end of logs').waitFor({ state: 'detached' });
    await workbench.page.mouse.move(1000, 400);
    for (let turns = 0; turns < 6; turns += 1) await workbench.page.mouse.wheel(0, -400);
    await titleAction('Go to the end of logs').waitFor();
  });

  it('go on after a reload of the window', async () => {
    const { workbench } = stage();
    await workbench.inlineAction('Jobs', 'shop', 'Show logs');
    await workbench.waitForEditor('shop logs', 'took 12ms');
    await workbench.reload();
    await workbench.waitForEditor('shop logs', 'took 12ms');
    await workbench.screenshot('76-logs-after-reload');
  });
});
