import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { AllocationLinks } from '../../src/editor/links/allocationLinks.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { closeEditors } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { eventually } from './support/when.ts';

const unknown = '5ec4e700-1111-4222-8333-444455556666';

describe('ids of allocations', () => {
  let session: Session;
  let cluster: TestCluster;
  let links: AllocationLinks;
  let id = '';

  before(async () => {
    session = await Session.open();
    cluster = await startCluster({ rawExec: true });
    const script =
      'short=$(echo $NOMAD_ALLOC_ID | cut -c1-8); while true; do echo "saw $NOMAD_ALLOC_ID, $short, not 5ec4e700"; sleep 0.2; done';
    await cluster.register(jobspec('web', { driver: 'raw_exec', script }));
    await session.connect(cluster.address);
    id = (await session.running('web'))[0]?.id ?? '';
    links = new AllocationLinks(session.workbench.clusters);
  });

  afterEach(async () => {
    session.clear();
    await closeEditors();
  });

  after(async () => {
    links.dispose();
    await session.close();
    await cluster.close();
  });

  const inTerminal = (line: string) =>
    links.provideTerminalLinks({ line, terminal: undefined as unknown as vscode.Terminal });

  const inDocument = (uri: vscode.Uri) =>
    vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', uri);

  it('are links in a terminal where a cluster that is open has them, and lead to the events', async () => {
    const short = id.slice(0, 8);
    const line = `Allocation "${short}" of ${id}, not ${unknown} nor 5ec4e700`;
    const found = inTerminal(line);
    assert.deepEqual(
      found.map(({ startIndex, length }) => line.slice(startIndex, startIndex + length)),
      [short, id],
    );
    assert.deepEqual(
      new Set(found.map(({ tooltip }) => tooltip)),
      new Set([`Show state and events of allocation ${short}`]),
    );
    const [first] = found;
    assert.ok(first);
    await links.handleTerminalLink(first);
    const shown = vscode.window.activeTextEditor?.document;
    assert.match(
      `${String(shown?.uri.scheme)} ${String(shown?.getText())}`,
      /^nomad-events Job web v\d+ · app\[0\] · /,
    );
    assert.deepEqual(session.messages.all, []);
  });

  it('are links in logs, in what was found in them and in what commands said', async () => {
    await session.run('showLogs', { job: jobKey('default', 'web') });
    await eventually(
      'the log has lines',
      () => vscode.window.activeTextEditor?.document.getText().includes('saw ') === true,
    );
    await linked();
    session.ask.will({ text: 'saw' });
    await session.run('searchLogs', { job: jobKey('default', 'web') });
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /saw/);
    await linked();
    session.ask.will({ text: '/bin/echo hello' }, { pick: 'Nothing' }, { confirm: 'button' });
    await session.run('runCommand', { allocation: id, task: 'main' });
    await linked();
    assert.deepEqual(session.messages.all, []);
  });

  /** Each link of the document that is shown is one to the allocation, and there is one. */
  async function linked(): Promise<void> {
    const { document } = vscode.window.activeTextEditor ?? assert.fail('nothing is shown');
    const all = (await inDocument(document.uri)).filter(({ target }) => target?.path === 'nomad.showEvents');
    assert.ok(all.length > 0, document.getText());
    for (const { range, target } of all) {
      assert.ok([id, id.slice(0, 8)].includes(document.getText(range)), document.getText(range));
      const [of] = JSON.parse(decodeURIComponent(target?.query ?? '')) as [{ allocation: string; cluster: string }];
      assert.deepEqual([of.allocation, of.cluster], [id, session.cluster.id]);
    }
  }

  it('are none where no cluster is open', async () => {
    await session.leave();
    assert.deepEqual(inTerminal(id), []);
    await session.connect(cluster.address);
    await session.running('web');
    assert.equal(inTerminal(id).length, 1);
  });
});
