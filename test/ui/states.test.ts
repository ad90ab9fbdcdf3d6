import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'mocha';
import { eventually } from './support/eventually.ts';
import { useStage } from './support/stage.ts';
import { TestCluster } from './support/testCluster.ts';

describe('states of the sidebar', () => {
  const stage = useStage();
  const token = '3e0e6a5e-0c6b-4a4e-9d6c-0b6a7d1c2f3a';

  after('leads back to the shared cluster', async function () {
    await connectTo(stage().cluster.address);
    await stage().workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.label === 'web'));
  });

  async function connectTo(address: string): Promise<void> {
    const { workbench } = stage();
    await workbench.tidyUp();
    await workbench.runCommand('Nomad: Connect to a cluster');
    await workbench.inputBox('Connect to a Nomad cluster');
    await workbench.enterText(address);
  }

  async function waitForWelcome(cause: string, cure: string): Promise<void> {
    const { workbench } = stage();
    await eventually(
      'welcome text',
      async () => ((await workbench.hasWelcome('Jobs')) ? workbench.welcomeText('Jobs') : ''),
      (text) => text.includes(cause) && text.includes(cure),
      60_000,
    );
  }

  it('keeps its rows while the cluster is away, and says since when', async function () {
    const { workbench, cluster } = stage();
    cluster.unplug();
    const description = await eventually(
      'description',
      () => workbench.viewDescription('Jobs'),
      (text) => text.includes('stale since'),
      60_000,
    );
    assert.match(description, /· stale since \d\d:\d\d$/);
    const rows = await workbench.treeRows('Jobs');
    assert.equal(
      rows.some((row) => row.label === 'web'),
      true,
    );
    assert.match(await workbench.statusBarItem(cluster.label).innerText(), /stale/);
    await workbench.screenshot('51-stale');
    cluster.plugIn();
    await eventually(
      'description',
      () => workbench.viewDescription('Jobs'),
      (text) => text.endsWith('· live'),
      60_000,
    );
  });

  it('says that a cluster is empty', async () => {
    const { workbench } = stage();
    const empty = await TestCluster.start({});
    try {
      await connectTo(empty.address);
      await waitForWelcome('No jobs in this namespace.', 'New jobspec');
      await workbench.screenshot('52-empty');
      await workbench.welcomeButton('Jobs', 'New jobspec');
      await eventually(
        'jobspec',
        () => workbench.editorText(),
        (text) => text.includes('job "hello"'),
      );
    } finally {
      await empty.close();
    }
  });

  it('says that nothing listens at the address', async () => {
    const { workbench } = stage();
    const gone = await TestCluster.start({});
    await gone.close();
    await connectTo(gone.address);
    await waitForWelcome('Nothing listens at the address of the cluster.', 'Change the address');
    await workbench.screenshot('53-refused');
  });

  it('says that something else listens there', async () => {
    const { workbench } = stage();
    const other = createServer((_request, response) => response.end('<html>Welcome to nginx</html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      await connectTo(`http://127.0.0.1:${String((other.address() as AddressInfo).port)}`);
      await waitForWelcome('What answers at this address is not a Nomad agent.', 'Change the address');
      await workbench.screenshot('54-not-nomad');
    } finally {
      other.closeAllConnections();
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('takes no address that can not be one', async () => {
    const { workbench } = stage();
    await workbench.tidyUp();
    await workbench.runCommand('Nomad: Connect to a cluster');
    await workbench.inputBox('Connect to a Nomad cluster');
    await workbench.enterText('nomad.example.com');
    assert.match(await workbench.inputBox('Connect to a Nomad cluster'), /scheme|http/);
    await workbench.screenshot('55-wrong-address');
    await workbench.page.keyboard.press('Escape');
  });

  it('asks for a token, and says when it is not known', async function () {
    const { workbench } = stage();
    const guarded = await TestCluster.start({ acl: { token } });
    try {
      await connectTo(guarded.address);
      await waitForWelcome('The cluster asks for a token.', 'Set token');
      await workbench.screenshot('56-no-token');
      await workbench.tidyUp();
      await workbench.welcomeButton('Jobs', 'Set token');
      await workbench.inputBox('Token for ');
      await workbench.enterText('00000000-0000-4000-8000-000000000000');
      await waitForWelcome('The token is not known to the cluster', 'Set token');
      await workbench.screenshot('57-denied');
      await workbench.tidyUp();
      await workbench.welcomeButton('Jobs', 'Set token');
      await workbench.inputBox('Token for ');
      await workbench.enterText(token);
      await waitForWelcome('No jobs in this namespace.', 'New jobspec');
    } finally {
      await guarded.close();
    }
  });
});
