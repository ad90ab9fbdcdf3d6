import { type ScalingPolicyRecord, scalingPolicies } from '../cluster/scalingPolicies.ts';
import { permissionDenied } from '../cluster/refusal.ts';
import type { Answer, Exchange } from './exchange.ts';
import { list } from './listing.ts';
import { type Route, reads } from './route.ts';

/** `/v1/scaling/policies` and `/v1/scaling/policy/:id` */
export const scalingRoutes: readonly Route[] = [
  { path: /^\/v1\/scaling\/policies$/, methods: reads, handle: listPolicies },
  { path: /^\/v1\/scaling\/policy\/(.*)$/, methods: reads, handle: (x, [id = '']) => read(x, id) },
];

function may(exchange: Exchange, right: string, namespace: string): boolean {
  const { acl, token } = exchange;
  const jobRights = right === 'list-scaling-policies' ? ['list-jobs', 'read-job'] : ['read-job'];
  return acl.allows(token, right, namespace) || jobRights.every((item) => acl.allows(token, item, namespace));
}

function lastChange(exchange: Exchange): number {
  return Math.max(1, ...scalingPolicies(exchange.store).map(({ ModifyIndex }) => ModifyIndex));
}

function stub({ ID, Type, Target, Enabled, CreateIndex, ModifyIndex }: ScalingPolicyRecord): Record<string, unknown> {
  return { ID, Enabled, Type, Target, CreateIndex, ModifyIndex };
}

function listPolicies(exchange: Exchange): Promise<Answer> {
  const { namespace, query } = exchange;
  if (namespace !== '*' && !may(exchange, 'list-scaling-policies', namespace)) throw permissionDenied();
  const [job, type] = [query.get('job') ?? '', query.get('type') ?? ''];
  return list<ScalingPolicyRecord>(exchange, {
    tables: ['jobs'],
    items: () =>
      scalingPolicies(exchange.store).filter(
        ({ Target, Type }) =>
          (namespace === '*' || Target.Namespace === namespace) &&
          may(exchange, 'list-scaling-policies', Target.Namespace) &&
          (job === '' || Target.Job === job) &&
          (type === '' || Type.startsWith(type)),
      ),
    whole: (policy) => policy,
    stub,
    token: ({ ID }) => ID,
    prefix: ({ ID }) => ID,
    modifyIndex: ({ ModifyIndex }) => ModifyIndex,
    index: () => lastChange(exchange),
  });
}

async function read(exchange: Exchange, id: string): Promise<Answer> {
  if (!may(exchange, 'read-scaling-policy', exchange.namespace)) throw permissionDenied();
  const find = () => scalingPolicies(exchange.store).find(({ ID }) => ID === id);
  const index = () => find()?.ModifyIndex ?? lastChange(exchange);
  await exchange.block(index);
  const policy = find();
  return policy === undefined
    ? { status: 404, text: 'policy not found', index: index() }
    : { body: policy, index: index() };
}
