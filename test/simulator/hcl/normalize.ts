import type { Decoded } from './decode.ts';

const second = 1_000_000_000;

/** What the parser of a jobspec sets beyond what is written: names, kinds of ports, defaults of templates and so on. */
export function normalizeJob(job: Decoded, label: string, extras: ReadonlyMap<string, readonly Decoded[]>): void {
  job['Name'] ??= label;
  job['ID'] ??= label;
  const periodic = job['Periodic'] as Decoded | null;
  if (periodic && (periodic['Spec'] !== null || periodic['Specs'] !== null)) periodic['SpecType'] = 'cron';
  const vault = extras.get('vault')?.[0] ?? null;
  const secrets = extras.get('secret') ?? [];
  if (vault) normalizeVault(vault);
  for (const group of listOf(job, 'TaskGroups')) {
    listOf(group, 'Networks').forEach(splitPorts);
    for (const task of listOf(group, 'Tasks')) normalizeTask(task, vault, secrets);
  }
}

function listOf(owner: Decoded, field: string): Decoded[] {
  return (owner[field] as Decoded[] | null) ?? [];
}

function normalizeTask(task: Decoded, vault: Decoded | null, secrets: readonly Decoded[]): void {
  const resources = task['Resources'] as Decoded | null;
  if (resources) listOf(resources, 'Networks').forEach(splitPorts);
  listOf(task, 'Templates').forEach(normalizeTemplate);
  if (task['Vault']) normalizeVault(task['Vault'] as Decoded);
  else task['Vault'] = vault;
  if (secrets.length > 0) task['Secrets'] = [...listOf(task, 'Secrets'), ...secrets];
  const identities = listOf(task, 'Identities');
  const main = identities.findIndex(({ Name: name }) => name === '' || name === 'default');
  if (main >= 0) task['Identity'] = identities.splice(main, 1)[0];
}

function normalizeVault(vault: Decoded): void {
  vault['Env'] ??= true;
  vault['DisableFile'] ??= false;
  vault['ChangeMode'] ??= 'restart';
}

/** A port with a number is reserved, the others are dynamic. */
function splitPorts(network: Decoded): void {
  const ports = listOf(network, 'DynamicPorts');
  if (ports.length === 0) return;
  const [reserved, dynamic] = [
    ports.filter((port) => Number(port['Value']) > 0),
    ports.filter((port) => !(Number(port['Value']) > 0)),
  ];
  network['DynamicPorts'] = dynamic.length > 0 ? dynamic : null;
  network['ReservedPorts'] = reserved.length > 0 ? reserved : null;
}

function normalizeTemplate(template: Decoded): void {
  template['ChangeMode'] ??= 'restart';
  template['Perms'] ??= '0644';
  template['Splay'] ??= 5 * second;
  template['ErrMissingKey'] ??= false;
  const script = template['ChangeScript'] as Decoded | null;
  if (!script) return;
  script['Args'] ??= [];
  script['Timeout'] ??= 5 * second;
  script['FailOnError'] ??= false;
  script['RunOnFirstRender'] ??= false;
}
