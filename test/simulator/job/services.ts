import type { ObjectDiff } from '../../../src/nomad/types/job.ts';
import { type Flat, type Mode, deep, objectDiff, sortObjects, plain } from './compare.ts';
import { children, type Fields, numberOf, same, textOf } from './fields.ts';
import {
  flat,
  flatSet,
  freeMap,
  identities,
  identity,
  keyed,
  type ObjectRule,
  one,
  type Part,
  placed,
  resources,
  ruleDiff,
  since,
  texts,
  volumeMounts,
} from './objects.ts';

const nameOf = (item: Fields): string => textOf(item, 'Name');

const transparentProxy: ObjectRule = {
  name: 'TransparentProxy',
  struct: 'ConsulTransparentProxy',
  parts: [texts('ExcludeInboundPorts', false), texts('ExcludeOutboundCIDRs', false), texts('ExcludeUIDs', false)],
};

/** The server lists this one even when it did not change. */
const transparentProxyPart: Part = (before, after, mode) => {
  const field = 'TransparentProxy';
  if (same(before[field], after[field])) return [objectDiff(field, 'None', [])];
  return one(field, transparentProxy)(before, after, mode);
};

const upstream: ObjectRule = {
  name: 'ConsulUpstreams',
  struct: 'ConsulUpstream',
  parts: [flat('MeshGateway', 'MeshGateway', 'ConsulMeshGateway')],
};

const proxy: ObjectRule = {
  name: 'ConsulProxy',
  struct: 'ConsulProxy',
  parts: [
    keyed('Upstreams', upstream, (item) => `${textOf(item, 'Datacenter')}/${textOf(item, 'DestinationName')}`),
    one('Expose', { name: 'Expose', struct: '', parts: [flatSet('Paths', 'Paths', 'ConsulExposePath', () => '')] }),
    since('1.8', transparentProxyPart),
    freeMap('Config'),
  ],
};

const sidecarTask: ObjectRule = {
  name: 'SidecarTask',
  struct: 'SidecarTask',
  context: false,
  parts: [
    freeMap('Config'),
    one('Resources', resources),
    identities[1] ?? (() => []),
    flat('LogConfig', 'LogConfig', 'LogConfig'),
    since('1.8', volumeMounts),
  ],
};

const linked = keyed('Services', { name: 'Service', struct: 'ConsulLinkedService' }, nameOf);
const exposed = keyed(
  'Services',
  { name: 'ConsulIngressService', struct: 'ConsulIngressService', parts: [texts('Hosts')] },
  nameOf,
);

const gateway: ObjectRule = {
  name: 'Gateway',
  struct: 'ConsulGateway',
  parts: [
    one('Proxy', { name: 'Proxy', struct: 'ConsulGatewayProxy', parts: [freeMap('Config')] }),
    one('Ingress', {
      name: 'Ingress',
      struct: 'ConsulIngressConfigEntry',
      parts: [placed('Listeners', { name: 'Listener', struct: 'ConsulIngressListener', parts: [exposed] })],
    }),
    one('Terminating', { name: 'Terminating', struct: 'ConsulTerminatingConfigEntry', parts: [linked] }),
    one('Mesh', { name: 'Mesh', struct: 'ConsulMeshConfigEntry' }),
  ],
};

const connect: ObjectRule = {
  name: 'ConsulConnect',
  struct: 'ConsulConnect',
  parts: [
    one('SidecarService', { name: 'SidecarService', struct: 'ConsulSidecarService', parts: [one('Proxy', proxy)] }),
    one('SidecarTask', sidecarTask),
    one('Gateway', gateway),
  ],
};

const check: ObjectRule = {
  name: 'Check',
  struct: 'ServiceCheck',
  parts: [
    one('Header', { name: 'Header', struct: '', flat: deep }),
    one('CheckRestart', { name: 'CheckRestart', struct: 'CheckRestart' }),
  ],
};

function weightTexts(weights: Fields): Flat {
  const set = ['Passing', 'Warning'].filter((name) => numberOf(weights, name) > 0);
  return new Map(set.map((name) => [name, String(numberOf(weights, name))]));
}

const service: ObjectRule = {
  name: 'Service',
  struct: 'Service',
  parts: [
    texts('CanaryTags'),
    texts('Tags'),
    keyed('Checks', check, nameOf),
    one('Connect', connect),
    one('Identity', identity),
    one('Weights', { name: 'Weights', struct: 'ServiceWeights', flat: weightTexts }),
  ],
};

/** Services have no id: each is matched with the one most like it by name, port and place. */
export const services: Part = matched('Services', service, (was, is, wasAt, isAt) => {
  const score =
    (wasAt === isAt ? 1 : 0) + (was['PortLabel'] === is['PortLabel'] ? 2 : 0) + (was['Name'] === is['Name'] ? 3 : 0);
  return score > 2 ? score : 0;
});

const script: ObjectRule = { name: 'ChangeScript', struct: 'ChangeScript', parts: [texts('Args')] };

/** The owner of a template's file counts only where it is set. */
function templateTexts(value: Fields, { nomad }: Mode): Flat {
  const owner = ['Uid', 'Gid'].filter((name) => typeof value[name] === 'number');
  return new Map([
    ...(plain('Template', value, nomad) ?? []),
    ...owner.map((name) => [name, String(numberOf(value, name))] as const),
  ]);
}

const template: ObjectRule = {
  name: 'Template',
  struct: 'Template',
  flat: templateTexts,
  parts: [one('Wait', { name: 'Template', struct: 'WaitConfig', flat: deep }), one('ChangeScript', script)],
};

/** Templates are matched by where they are written to. */
export const templates: Part = matched('Templates', template, (was, is) =>
  was['DestPath'] === is['DestPath'] ? 1 : 0,
);

/** A list whose items are paired by the highest score above 0; a single item on both sides is always a pair. */
function matched(
  field: string,
  rule: ObjectRule,
  score: (was: Fields, is: Fields, wasAt: number, isAt: number) => number,
): Part {
  return (before, after, mode) => {
    const [left, right] = [children(before, field), children(after, field)];
    if (left.length === 1 && right.length === 1) return [ruleDiff(rule, [left[0] ?? null, right[0] ?? null], mode)];
    const taken = new Set<number>();
    const diffs: (ObjectDiff | null)[] = left.map((was, wasAt) => {
      const isAt = best(right.map((is, at) => (taken.has(at) ? 0 : score(was, is, wasAt, at))));
      if (isAt >= 0) taken.add(isAt);
      return ruleDiff(rule, [was, right[isAt] ?? null], mode);
    });
    const added = right.filter((_, at) => !taken.has(at)).map((is) => ruleDiff(rule, [null, is], mode));
    return sortObjects([...diffs, ...added].filter((diff) => diff !== null));
  };
}

/** The place of the first highest score, or -1 when all are 0. */
function best(scores: readonly number[]): number {
  const highest = Math.max(0, ...scores);
  return highest > 0 ? scores.indexOf(highest) : -1;
}
