import { after, afterEach, before } from 'mocha';
import type { SessionOptions } from './session.ts';
import { Workbench } from './workbench.ts';

interface SuiteOptions extends SessionOptions {
  readonly folder: string;
}

/**
 * Gives a suite one workbench for all its tests, which ends with the suite. Call it inside `describe`; `prepare` runs
 * before the first test and may start what the options need. A failing test leaves a picture and the host's logs.
 */
export function useWorkbench(prepare: () => Promise<SuiteOptions> | SuiteOptions): () => Workbench {
  let workbench: Workbench | undefined;
  before('starts the workbench', async function () {
    const { folder, ...options } = await prepare();
    workbench = await Workbench.start(folder, options);
  });
  afterEach('keeps the evidence of a failure', async function () {
    if (this.currentTest?.state === 'failed') await workbench?.saveEvidence(this.currentTest.fullTitle());
  });
  after('ends the workbench', async () => {
    await workbench?.close();
  });
  return () => {
    if (workbench === undefined) throw new Error('The workbench is there only while the suite runs.');
    return workbench;
  };
}
