import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { eventually } from './support/eventually.ts';
import { useStage } from './support/stage.ts';

describe('the nodes of a cluster', () => {
  const stage = useStage();

  beforeEach(() => stage().workbench.tidyUp());

  it('unfold to what they run and which drivers they have, and the servers stand above them', async () => {
    const { workbench, cluster } = stage();
    const [node] = cluster.simulator.cluster.store.nodes.values();
    assert.ok(node);
    await workbench.expandView('Nodes');
    const [servers] = await workbench.waitForRows('Nodes', (rows) => rows.some(({ label }) => label === node.Name));
    assert.equal(servers?.label, 'Servers');
    await workbench.expandRow('Nodes', 'Servers');
    await workbench.expandRow('Nodes', node.Name);
    const rows = await workbench.waitForRows('Nodes', (found) => found.some(({ label }) => label.startsWith('api.')));
    assert.ok(
      rows.some(({ description }) => description.startsWith('healthy · leader')),
      JSON.stringify(rows),
    );
    await workbench.screenshot('80-nodes');
  });

  it('open with Enter as a document, which gives its lines as constraints', async () => {
    const { workbench, cluster } = stage();
    const [node] = cluster.simulator.cluster.store.nodes.values();
    assert.ok(node);
    await workbench.pressOnRow('Nodes', node.Name, 'Enter');
    await eventually(
      'the document of the node',
      () => workbench.editorText(),
      (text) => text.includes('kernel.name'),
    );
    await workbench.screenshot('81-node');
    await workbench.setTheme('light');
    await workbench.screenshot('82-node-light');
    await workbench.setTheme('dark');
    await workbench.page.locator('.view-line', { hasText: 'kernel.name' }).first().click();
    await workbench.runCommand('Nomad: Copy as constraint');
    const copied = await eventually(
      'the constraint',
      () => workbench.page.evaluate<string>('navigator.clipboard.readText()'),
      (text) => text.includes('kernel.name'),
    );
    assert.equal(copied, 'constraint {\n  attribute = "${attr.kernel.name}"\n  value     = "linux"\n}\n');
  });
});
