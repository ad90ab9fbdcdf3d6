import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import { useStage } from './support/stage.ts';

/** Listens for its check, and keeps a core a little busy. */
const listens =
  "require('node:http').createServer((q, a) => a.end('ok')).listen(+process.env.NOMAD_PORT_http, process.env.NOMAD_IP_http);" +
  'setInterval(() => { for (const end = Date.now() + 20; Date.now() < end;); }, 100)';

const shop = `job "orders" {
  group "api" {
    network {
      port "http" {}
    }
    service {
      name     = "orders-api"
      provider = "nomad"
      port     = "http"
      tags     = ["blue"]
      check {
        name     = "answers"
        type     = "http"
        path     = "/"
        interval = "1s"
        timeout  = "1s"
      }
    }
    restart {
      attempts = 9
      interval = "1h"
      delay    = "90s"
      mode     = "delay"
    }
    task "server" {
      driver = "raw_exec"
      config {
        command = "${process.execPath}"
        args    = ["-e", ${JSON.stringify(listens)}]
      }
      env {
        COLOR       = "blue"
        DB_PASSWORD = "hunter2"
      }
      kill_timeout = "1s"
      resources {
        cpu    = 400
        memory = 128
      }
    }
    task "importer" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "echo starting; sleep 1; exit 3"]
      }
      kill_timeout = "1s"
      resources {
        cpu    = 50
        memory = 32
      }
    }
  }
}
`;

describe('the state of an allocation', () => {
  const stage = useStage();

  before(async () => {
    const { cluster, workbench } = stage();
    await cluster.run(shop);
    await workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.label === 'orders'));
    await workbench.expandRow('Jobs', 'orders');
    await workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.description.includes('exit 3')));
  });
  beforeEach(async () => {
    await stage().workbench.tidyUp();
  });

  it('opens from its row: the last error first, then what happened, live', async () => {
    const { cluster, workbench } = stage();
    await workbench.contextMenu('Jobs', 'api[0]', 'Show state and events');
    const all = [...cluster.simulator.cluster.store.allocations.values()];
    const { ID: id = '' } = all.find(({ JobID }) => JobID === 'orders') ?? {};
    const title = `orders.api[0] ${id.slice(0, 8)} state`;
    for (const words of ['Last error importer exited 3', 'Next try at', 'Timeline', 'importer Terminated Exit Code: 3'])
      await workbench.waitForEditor(title, words);
    await workbench.waitForEditor(title, '✓ orders-api answers success');
    const text = await workbench.waitForEditor(title, 'Using cpu ');
    assert.doesNotMatch(text, /hunter2/);
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Show logs' }).waitFor();
    await workbench.screenshot('75-allocation-state');
    await workbench.setTheme('light');
    await workbench.screenshot('76-allocation-state-light');
    await workbench.setTheme('dark');
  });
});
