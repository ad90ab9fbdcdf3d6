import assert from 'node:assert/strict';
import { after, afterEach, before } from 'mocha';
import type { SimulatorOptions } from '../../simulator/simulator.ts';
import { closeEditors, setSetting } from './host.ts';
import { rowsOf } from './rows.ts';
import { Session, startCluster, type TestCluster } from './session.ts';

/**
 * Gives the tests of a suite a session and a cluster of their own. Each test starts without faults, messages and editors.
 *
 * @param begin takes both over, and does what all tests of the suite need first
 */
export function useCluster(
  begin: (session: Session, cluster: TestCluster) => unknown,
  options: SimulatorOptions = {},
): void {
  let session: Session | undefined;
  let cluster: TestCluster | undefined;

  before('opens a session and a cluster', async () => {
    session = await Session.open();
    cluster = await startCluster(options);
    await begin(session, cluster);
  });

  afterEach('clears up', async () => {
    cluster?.faults.clear();
    session?.clear();
    await closeEditors();
  });

  after('closes the session and the cluster', async () => {
    await session?.close();
    await cluster?.close();
  });
}

/** Leads a session that had a bad day to `cluster`, where the job `web` runs, and sees that it goes on. */
export async function recoverOn(session: Session, cluster: TestCluster): Promise<void> {
  cluster.faults.clear();
  await setSetting('nomad.address', cluster.address);
  await session.run('refresh');
  await session.state('live');
  await session.welcome('ready');
  const rows = await rowsOf(session.workbench);
  assert.deepEqual(
    rows.map((row) => row.label),
    ['web'],
  );
}
