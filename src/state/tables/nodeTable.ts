import type { Kind } from './kind.ts';
import type { NodeRecord, ServerRecord } from './nodeRecords.ts';

export const nodes: Kind<string, NodeRecord> = {
  key: (node) => node.id,
  index: (node) => node.modifyIndex,
  merge: mergeNode,
  // Those that need a look come first.
  movesInList: (known, next) =>
    known.status !== next.status || known.eligible !== next.eligible || known.draining !== next.draining,
};

/** A list has less of a node than a read of it alone. */
function mergeNode(known: NodeRecord, next: NodeRecord): NodeRecord {
  const { drain, ...rest } = { ...known, ...next };
  return next.draining && drain !== undefined ? { ...rest, drain } : rest;
}

export const servers: Kind<string, ServerRecord> = {
  key: (server) => server.name,
  index: (server) => server.round,
  movesInList: (known, next) => known.leader !== next.leader,
};
