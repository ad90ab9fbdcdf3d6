import { allocations } from './allocationTable.ts';
import { blocked } from './blockedTable.ts';
import { deployments } from './deploymentTable.ts';
import { jobs } from './jobTable.ts';
import { nodes, servers } from './nodeTable.ts';
import type { Kinds } from './tables.ts';

/** The tables of a cluster. */
export const kinds: Kinds = { jobs, allocations, deployments, blocked, nodes, servers };
