import type { Row } from '../rows.ts';
import { allocationKind } from './allocation.ts';
import { deploymentKind } from './deployment.ts';
import { deploymentGroupKind } from './deploymentGroup.ts';
import { groupKind } from './group.ts';
import { jobKind } from './job.ts';
import type { RowKind } from './kind.ts';
import { messageKind } from './message.ts';
import { driverKind, nodeKind, serverKind, serversKind } from './node.ts';
import { taskKind } from './task.ts';

/** Every kind of rows; what their tooltips say is in `factKinds.ts`. */
const kinds: { readonly [K in Row['kind']]: RowKind<Extract<Row, { readonly kind: K }>> } = {
  job: jobKind,
  group: groupKind,
  allocation: allocationKind,
  task: taskKind,
  deployment: deploymentKind,
  deploymentGroup: deploymentGroupKind,
  node: nodeKind,
  driver: driverKind,
  servers: serversKind,
  server: serverKind,
  message: messageKind,
};

export function kindOf<R extends Row>(row: R): RowKind<R> {
  // What is found under the kind of a row is for rows of that kind.
  return kinds[row.kind] as unknown as RowKind<R>;
}
