import { clusterOperations } from './clusterCoverage.ts';
import { jobOperations } from './jobCoverage.ts';

/** Tests by the name of their file, without its ending. */
export type Tests = Readonly<Record<string, readonly string[]>>;

export interface OperationTests {
  /** Empty where no agent without a licence can succeed. */
  readonly success: Tests;
  readonly failure: Tests;
}

/** Which tests hold an operation of the client to what agents do. */
export const operations: Readonly<Record<string, OperationTests>> = { ...jobOperations, ...clusterOperations };
