import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before } from 'mocha';
import { samplesFolder } from '../../run/demoCluster.ts';
import type { SimulatorOptions } from '../../simulator/simulator.ts';
import { TestCluster } from './testCluster.ts';
import { Workbench } from './workbench.ts';

/** Waits that jobs ask for pass this much faster. */
const speed = 10;

/** What most suites share: one cluster with the sample jobs, and one workbench that looks at it. */
export interface Stage {
  readonly cluster: TestCluster;
  readonly workbench: Workbench;
  /** The folder that is open; a fresh copy of the sample jobspecs for each suite. */
  readonly folder: string;
}

let shared: Promise<Omit<Stage, 'folder'>> | undefined;

/**
 * Gives a suite the shared cluster and workbench with a folder of its own. Call it inside `describe`. `files` are
 * written into the folder beside the sample jobspecs. A failing test leaves a picture and the host's logs.
 */
export function useStage(files: Readonly<Record<string, string>> = {}): () => Stage {
  const folder = sampleFolder(files);
  let stage: Stage | undefined;
  before('opens the workbench', async function () {
    const existed = shared !== undefined;
    shared ??= start(folder);
    stage = { ...(await shared), folder };
    if (existed) await stage.workbench.open(folder);
    await stage.workbench.showNomad();
    await stage.workbench.waitForRows('Jobs', (rows) => rows.length > 1);
  });
  afterEach('keeps the evidence of a failure', async function () {
    stage?.cluster.plugIn();
    if (this.currentTest?.state === 'failed') await stage?.workbench.saveEvidence(this.currentTest.fullTitle());
  });
  after('removes the folder and what was run', async () => {
    rmSync(folder, { recursive: true });
    await stage?.cluster.removeAdded();
  });
  return () => {
    if (stage === undefined) throw new Error('The stage is there only while the suite runs.');
    return stage;
  };
}

/** A copy of the sample jobspecs, and more files. */
export function sampleFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'shop-'));
  cpSync(samplesFolder, folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A cluster with the sample jobs, whose tasks really run. */
export function startSampleCluster(options: SimulatorOptions = {}): Promise<TestCluster> {
  return TestCluster.start({ samples: true, rawExec: true, speed, seed: 11, ...options });
}

async function start(folder: string): Promise<Omit<Stage, 'folder'>> {
  const cluster = await startSampleCluster();
  try {
    const env = { NOMAD_ADDR: cluster.address };
    const settings = { 'files.autoSave': 'off' };
    return { cluster, workbench: await Workbench.start(folder, { env, settings }) };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

// Outside of every suite: once, after the last one.
after('ends the workbench and its cluster', async function () {
  const all = await shared?.catch(() => undefined);
  await all?.workbench.close();
  await all?.cluster.close();
});
