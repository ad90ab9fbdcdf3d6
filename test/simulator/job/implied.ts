import { child, children, type Fields, same, textOf } from './fields.ts';
import { type NomadVersion, type Rules, rules } from './versions.ts';

interface Constraint {
  readonly LTarget: string;
  readonly RTarget: string;
  readonly Operand: string;
}

const nativeServices = { LTarget: '${attr.nomad.service_discovery}', RTarget: 'true', Operand: '=' };
const nativeChecks = { LTarget: '${attr.nomad.version}', RTarget: '>= 1.4.0', Operand: 'semver' };
const bridgePlugins = ['bridge', 'firewall', 'host-local', 'loopback', 'portmap'];
const numa = [
  { LTarget: '${attr.nomad.version}', RTarget: '>= 1.6.3-dev', Operand: 'semver' },
  { LTarget: '${attr.kernel.name}', RTarget: 'linux', Operand: '=' },
];

/** Adds to each group the constraints that follow from what its tasks and services use, as the server does. */
export function addImpliedConstraints(job: Fields, nomad: NomadVersion): void {
  const { bridgePlugins: needsPlugins } = rules[nomad];
  for (const group of children(job, 'TaskGroups')) {
    const tasks = children(group, 'Tasks');
    const services = [group, ...tasks].flatMap((owner) => children(owner, 'Services'));
    for (const task of tasks) addVault(group, task);
    if (tasks.some((task) => child(child(task, 'Resources') ?? {}, 'NUMA')))
      numa.forEach((one) => {
        add(group, one);
      });
    addSignals(group, tasks);
    addServices(group, services);
    if (needsPlugins) addBridge(group);
    addConsul(group, tasks, rules[nomad]);
  }
}

function add(owner: Fields, constraint: Constraint, sameTargetIsEnough = false): void {
  const own = children(owner, 'Constraints');
  const there = own.some((other) =>
    sameTargetIsEnough ? other['LTarget'] === constraint.LTarget : same(other, constraint),
  );
  if (!there) owner['Constraints'] = [...own, { ...constraint }];
}

function addVault(group: Fields, task: Fields): void {
  const vault = child(task, 'Vault');
  if (!vault) return;
  const cluster = textOf(vault, 'Cluster');
  const LTarget =
    cluster === '' || cluster === 'default' ? '${attr.vault.version}' : `\${attr.vault.${cluster}.version}`;
  add(group, { LTarget, RTarget: '>= 0.6.1', Operand: 'semver' }, true);
}

/** The signals that tasks, templates and the like may send must be known to the client. */
function addSignals(group: Fields, tasks: readonly Fields[]): void {
  const signals = tasks.flatMap((task) => {
    const senders = [...children(task, 'Templates'), child(task, 'Vault') ?? {}, ...identitiesOf(task)];
    const sent = senders
      .filter((sender) => sender['ChangeMode'] === 'signal')
      .map((sender) => textOf(sender, 'ChangeSignal'));
    return [textOf(task, 'KillSignal'), ...sent];
  });
  const required = [...new Set(signals.filter(Boolean))].sort();
  if (required.length === 0) return;
  add(group, { LTarget: '${attr.os.signals}', RTarget: required.join(','), Operand: 'set_contains' });
}

function identitiesOf(task: Fields): Fields[] {
  return [child(task, 'Identity') ?? {}, ...children(task, 'Identities')];
}

function addServices(group: Fields, services: readonly Fields[]): void {
  const native = services.filter((service) => service['Provider'] === 'nomad');
  if (native.length > 0) add(group, nativeServices);
  if (native.some((service) => children(service, 'Checks').length > 0)) add(group, nativeChecks);
}

function addConsul(group: Fields, tasks: readonly Fields[], { leastConsul, consulOfTasks }: Rules): void {
  for (const owner of [group, ...tasks]) {
    for (const service of children(owner, 'Services').filter(({ Provider: provider }) => provider === 'consul')) {
      const cluster = textOf(service, 'Cluster');
      const LTarget =
        cluster === '' || cluster === 'default' ? '${attr.consul.version}' : `\${attr.consul.${cluster}.version}`;
      add(consulOfTasks ? owner : group, { LTarget, RTarget: leastConsul, Operand: 'semver' }, true);
    }
  }
}

function addBridge(group: Fields): void {
  if (!children(group, 'Networks').some(({ Mode: mode }) => mode === 'bridge')) return;
  for (const plugin of bridgePlugins) {
    add(group, { LTarget: `\${attr.plugins.cni.version.${plugin}}`, RTarget: '>= 0.4.0', Operand: 'semver' }, true);
  }
}
