import { createHash } from 'node:crypto';
import type { NodePoolRecord } from '../state/registry.ts';
import { emptyPool } from '../state/registry.ts';
import type { Store } from '../state/store.ts';
import type { Transaction } from '../state/transaction.ts';
import { Refusal } from './refusal.ts';

export type NodePoolInput = Pick<NodePoolRecord, 'Name' | 'Description' | 'Meta' | 'SchedulerConfiguration'>;

function put(tx: Transaction, pool: Omit<NodePoolRecord, 'CreateIndex' | 'ModifyIndex' | 'Hash'>): void {
  const { store, index } = tx;
  const CreateIndex = store.nodePools.get(pool.Name)?.CreateIndex ?? index;
  const Hash = createHash('sha256')
    .update(JSON.stringify([pool.Name, pool.Description, pool.Meta]))
    .digest('base64');
  const stored = { ...pool, Hash, CreateIndex, ModifyIndex: index };
  store.nodePools.set(pool.Name, stored);
  tx.touch('node_pools');
  tx.addEvent('NodePool', pool.Name, '', { NodePool: stored });
}

/** Makes the pool that a node names, where there is none. */
export function ensurePool(tx: Transaction, name: string): void {
  if (!tx.store.nodePools.has(name)) put(tx, { ...emptyPool, Name: name });
}

const builtIn = ['all', 'default'];
const validName = /^[a-zA-Z0-9-_]{1,128}$/;

/** @throws Refusal for a bad name or description, or a pool that is always there */
export function upsertPool(store: Store, pool: NodePoolInput): number {
  const errors: string[] = [];
  if (!validName.test(pool.Name)) errors.push(`invalid name "${pool.Name}", must match regex ${validName.source}`);
  if (pool.Description.length > 256) errors.push('description longer than 256');
  if (errors.length > 0) {
    const count = `${String(errors.length)} error${errors.length === 1 ? '' : 's'} occurred`;
    const list = errors.map((error) => `\t* ${error}\n`).join('');
    throw new Refusal(400, `invalid node pool "${pool.Name}": ${count}:\n${list}\n`);
  }
  if (builtIn.includes(pool.Name)) throw new Refusal(400, `modifying node pool "${pool.Name}" is not allowed`);
  return store.apply('NodePoolUpserted', (tx) => {
    put(tx, { ...emptyPool, ...pool });
  });
}

/** @throws Refusal for a pool that is in use, isn't there, or always is */
export function deletePool(store: Store, name: string): number {
  const problems: string[] = [];
  if ([...store.jobs.values()].some((job) => job.NodePool === name && job.Status !== 'dead')) {
    problems.push(`node pool "${name}" has non-terminal jobs in regions: [${store.region}]`);
  }
  if ([...store.nodes.values()].some((node) => node.NodePool === name)) {
    problems.push(`node pool "${name}" has nodes in regions: [${store.region}]`);
  }
  if (problems.length > 0) {
    const count = `${String(problems.length)} error${problems.length === 1 ? '' : 's'} occurred`;
    throw new Refusal(500, `${count}:\n${problems.map((problem) => `\t* ${problem}\n`).join('')}\n`);
  }
  const pool = store.nodePools.get(name);
  if (pool === undefined) throw new Refusal(500, `node pool ${name} not found`);
  if (builtIn.includes(name)) throw new Refusal(500, `deleting node pool "${name}" is not allowed`);
  return store.apply('NodePoolDeleted', (tx) => {
    store.nodePools.delete(name);
    tx.touch('node_pools');
    tx.addEvent('NodePool', name, '', { NodePool: pool });
  });
}
