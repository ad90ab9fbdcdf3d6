import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
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
  /** The folder that is open; it has the sample jobspecs and what the suite adds. */
  readonly folder: string;
}

interface StageOptions {
  /** In a workbench beside the usual one, whose folder is not trusted and has settings that lead elsewhere. */
  readonly restricted?: boolean;
}

/** What a repository might bring to lead elsewhere, and to hide what there is; nobody listens there. */
const leadingElsewhere = JSON.stringify({
  'nomad.address': 'http://127.0.0.1:9',
  nomad: { region: 'elsewhere', namespace: 'elsewhere' },
});

/** The workbenches that were started, by whether their folder is restricted. */
const stages = new Map<boolean, Promise<Stage>>();
let cluster: Promise<TestCluster> | undefined;
/** Those where a test failed: what it left may be anything, so the window is loaded anew for the next suite. */
const spoilt = new Set<Stage>();

/**
 * Gives a suite the shared cluster and workbench. Call it inside `describe`. `files` are written into the folder beside the
 * sample jobspecs. The window is the one of the suite before, tidied up: to load it takes longer than most tests. A failing
 * test leaves a picture and the host's logs.
 */
export function useStage(
  files: Readonly<Record<string, string>> = {},
  { restricted = false }: StageOptions = {},
): () => Stage {
  let stage: Stage | undefined;
  before('opens the workbench', async function () {
    const known = stages.get(restricted);
    const starting = known ?? start(files, restricted);
    stages.set(restricted, starting);
    stage = await starting;
    if (known !== undefined) await setStage(stage, files);
    await stage.workbench.showNomad();
    await stage.workbench.waitForRows('Jobs', (rows) => rows.length > 1);
    if (known !== undefined) await stage.workbench.viewAction('Jobs', 'Collapse All');
  });
  afterEach('keeps the evidence of a failure', async function () {
    stage?.cluster.plugIn();
    if (stage === undefined || this.currentTest?.state !== 'failed') return;
    spoilt.add(stage);
    await stage.workbench.saveEvidence(this.currentTest.fullTitle());
  });
  after('removes what was run', async () => {
    await stage?.cluster.removeAdded();
  });
  return () => {
    if (stage === undefined) throw new Error('The stage is there only while the suite runs.');
    return stage;
  };
}

async function setStage(stage: Stage, files: Readonly<Record<string, string>>): Promise<void> {
  const { workbench, folder } = stage;
  if (!spoilt.delete(stage) && workbench.isOpen(folder)) {
    await workbench.killTerminals();
    await workbench.tidyUp();
    fillFolder(folder, files);
  } else {
    fillFolder(folder, files);
    await workbench.open(folder);
  }
}

/** Leaves the sample jobspecs and these files in a folder, and touches none that is right already, nor what tools keep there. */
function fillFolder(folder: string, files: Readonly<Record<string, string>>): void {
  const samples = readdirSync(samplesFolder).map((name) => [name, readFileSync(join(samplesFolder, name), 'utf8')]);
  const wanted = { ...(Object.fromEntries(samples) as Readonly<Record<string, string>>), ...files };
  const found = readdirSync(folder);
  for (const name of found)
    if (!(name in wanted) && !name.startsWith('.')) rmSync(join(folder, name), { recursive: true });
  for (const [name, text] of Object.entries(wanted)) {
    const path = join(folder, name);
    if (!found.includes(name) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  }
}

/** A copy of the sample jobspecs, and more files. */
function sampleFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'shop-'));
  fillFolder(folder, files);
  return folder;
}

/** A cluster with the sample jobs, whose tasks really run. */
function startSampleCluster(options: SimulatorOptions = {}): Promise<TestCluster> {
  return TestCluster.start({ samples: true, rawExec: true, speed, seed: 11, ...options });
}

async function start(files: Readonly<Record<string, string>>, restricted: boolean): Promise<Stage> {
  // The usual port makes the better picture, where it is free.
  cluster ??= startSampleCluster({ port: 4646 }).catch(() => startSampleCluster());
  const started = await cluster;
  const folder = sampleFolder(files);
  if (restricted) {
    mkdirSync(join(folder, '.vscode'));
    writeFileSync(join(folder, '.vscode/settings.json'), leadingElsewhere);
  }
  const env = { NOMAD_ADDR: started.address };
  return { cluster: started, folder, workbench: await Workbench.start(folder, { env, restricted }) };
}

// Outside of every suite: once, after the last one.
after('ends the workbenches and their cluster', async function () {
  for (const { value: stage } of await Promise.allSettled(stages.values()).then((all) => all.filter(isFulfilled))) {
    await stage.workbench.close();
    rmSync(stage.folder, { recursive: true });
  }
  const started = await cluster?.catch(() => undefined);
  await started?.close();
});

function isFulfilled<T>(result: PromiseSettledResult<T>): result is PromiseFulfilledResult<T> {
  return result.status === 'fulfilled';
}
