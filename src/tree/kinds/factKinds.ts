import type { Allocated } from '../../wording/allocated.ts';
import type { Row, RowSource } from '../rows.ts';
import { allocationFacts, taskFacts } from './allocationFacts.ts';
import { deploymentFacts, deploymentGroupFacts } from './deploymentFacts.ts';
import type { MaybeFact } from './fact.ts';
import { driverFacts, nodeFacts, serverFacts, serversFacts } from './nodeFacts.ts';
import { groupFacts, jobFacts } from './jobFacts.ts';

/** What the tooltip of a row of one kind tells; nothing of what is gone. */
type FactsOf<R extends Row> = (source: RowSource, row: R, given: Allocated | undefined) => readonly MaybeFact[];

/** What the tooltips of every kind of rows tell; the rest of the kinds is in `kinds.ts`. */
const factKinds: { readonly [K in Row['kind']]: FactsOf<Extract<Row, { readonly kind: K }>> } = {
  job: jobFacts,
  group: groupFacts,
  allocation: allocationFacts,
  task: taskFacts,
  deployment: deploymentFacts,
  deploymentGroup: deploymentGroupFacts,
  node: nodeFacts,
  driver: driverFacts,
  servers: serversFacts,
  server: serverFacts,
  message: () => [],
};

/** @param given what the store doesn't have of an allocation, where it was read */
export function rowFacts(source: RowSource, row: Row, given: Allocated | undefined): readonly MaybeFact[] {
  // What is found under the kind of a row is for rows of that kind.
  return (factKinds[row.kind] as FactsOf<Row>)(source, row, given);
}
