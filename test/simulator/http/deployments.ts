import type { Deployment } from '../../../src/nomad/types/deployment.ts';
import type { DeploymentWrite } from '../cluster/deployments.ts';
import { Refusal } from '../cluster/refusal.ts';
import { namespaceOf } from '../state/records.ts';
import { byCreation, byId, startingWith } from '../state/table.ts';
import { allocationStub } from '../state/wire.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { checkId, checkIdPrefix, inSight, list } from './listing.ts';
import { type Route, reads, writes } from './route.ts';

/** `/v1/deployments` and `/v1/deployment/…` */
export const deploymentRoutes: readonly Route[] = [
  { path: /^\/v1\/deployments$/, methods: reads, handle: listDeployments },
  { path: /^\/v1\/deployment\/allocations\/(.*)$/, methods: reads, handle: (x, [id = '']) => allocations(x, id) },
  { path: /^\/v1\/deployment\/promote\/(.*)$/, methods: writes, handle: (x, [id = '']) => promote(x, id) },
  { path: /^\/v1\/deployment\/pause\/(.*)$/, methods: writes, handle: (x, [id = '']) => pause(x, id) },
  { path: /^\/v1\/deployment\/fail\/(.*)$/, methods: writes, handle: (x, [id = '']) => fail(x, id) },
  { path: /^\/v1\/deployment\/unblock\/(.*)$/, methods: writes, handle: (x, [id = '']) => unblock(x, id) },
  { path: /^\/v1\/deployment\/allocation-health\/(.*)$/, methods: writes, handle: (x, [id = '']) => health(x, id) },
  {
    path: /^\/v1\/deployment\/(?!(?:promote|pause|fail|unblock|allocation-health)\/)(.*)$/,
    methods: reads,
    handle: (x, [id = '']) => read(x, id),
  },
];

function listDeployments(exchange: Exchange): Promise<Answer> {
  exchange.require('read-job');
  checkIdPrefix(exchange);
  const byPrefix = (exchange.query.get('prefix') ?? '') !== '';
  const { deployments } = exchange.store;
  return list(exchange, {
    tables: ['deployments'],
    items: (prefix) => (byPrefix ? startingWith(deployments.inOrder(byId), prefix) : deployments.inOrder(byCreation)),
    visible: inSight(exchange, 'read-job'),
    isSortedByToken: true,
    whole: (item) => item,
    stub: (item) => item,
    token: (item) => (byPrefix ? item.ID : `${String(item.CreateIndex)}.${item.ID}`),
    prefix: (item) => item.ID,
    ignoresCase: true,
    modifyIndex: (item) => item.ModifyIndex,
  });
}

async function read(exchange: Exchange, given: string): Promise<Answer> {
  const { store } = exchange;
  const id = given.toLowerCase();
  if (id === '') throw new Refusal(500, 'missing deployment ID');
  exchange.requireAsked('read-job');
  checkId(id, 'deployment');
  const find = () => store.deployments.get(id);
  const index = () => find()?.ModifyIndex ?? store.tableIndex('deployments');
  await exchange.block(index);
  const deployment = find();
  // Whatever namespace was asked for: rights decide, in that of the deployment.
  const { acl, token } = exchange;
  const isHidden = deployment !== undefined && !acl.allows(token, 'read-job', namespaceOf(deployment));
  if (deployment === undefined || isHidden) return { status: 404, text: 'deployment not found', index: index() };
  return { body: deployment, index: index() };
}

async function allocations(exchange: Exchange, id: string): Promise<Answer> {
  exchange.require('read-job');
  checkId(id);
  const { store } = exchange;
  const index = () => store.tableIndex('allocations');
  await exchange.block(index);
  const deployment = store.deployments.get(id);
  const key = `${deployment?.Namespace ?? 'default'}\0${deployment?.JobID ?? ''}`;
  const found = store.allocationsOf(key).filter((item) => item.DeploymentID === id);
  return { body: found.map((item) => allocationStub(item, { taskStates: true, resources: false })), index: index() };
}

/** The body of a write; its id must be the path's. */
async function bodyFor(exchange: Exchange, id: string): Promise<Record<string, unknown>> {
  const body = await exchange.body();
  const given = field(body, 'DeploymentID');
  if (given === undefined || given === '') throw new Refusal(400, 'DeploymentID must be specified');
  if (given !== id) throw new Refusal(400, 'Deployment ID does not match');
  return body;
}

/** @throws Refusal where the deployment is missing or the right is */
function allow(exchange: Exchange, id: string, capability: string): Deployment {
  checkId(id, 'deployment');
  const deployment = exchange.store.deployments.get(id);
  if (deployment === undefined) throw new Refusal(500, 'deployment not found');
  exchange.require(capability, namespaceOf(deployment));
  return deployment;
}

function written(write: DeploymentWrite): Answer {
  return { body: write, index: write.Index, write: true };
}

async function promote(exchange: Exchange, id: string): Promise<Answer> {
  const body = await bodyFor(exchange, id);
  allow(exchange, id, 'promote-deployment');
  const groups = field(body, 'Groups');
  const all = field(body, 'All') === true;
  const named = Array.isArray(groups) ? groups.map(String) : [];
  return written(exchange.cluster.deployments.promote(id, { all, groups: named }));
}

async function pause(exchange: Exchange, id: string): Promise<Answer> {
  const body = await bodyFor(exchange, id);
  allow(exchange, id, 'pause-deployment');
  return written(exchange.cluster.deployments.pause(id, field(body, 'Pause') === true));
}

function fail(exchange: Exchange, id: string): Answer {
  allow(exchange, id, 'fail-deployment');
  return written(exchange.cluster.deployments.fail(id));
}

async function unblock(exchange: Exchange, id: string): Promise<Answer> {
  await bodyFor(exchange, id);
  allow(exchange, id, 'unblock-deployment');
  return written(exchange.cluster.deployments.unblock(id));
}

async function health(exchange: Exchange, id: string): Promise<Answer> {
  const body = await bodyFor(exchange, id);
  allow(exchange, id, 'set-alloc-health-deployment');
  const ids = (name: string) => {
    const value = field(body, name);
    return Array.isArray(value) ? value.map(String) : [];
  };
  const healthy = ids('HealthyAllocationIDs');
  return written(exchange.cluster.deployments.setHealth(id, healthy, ids('UnhealthyAllocationIDs')));
}
