import { formatDuration } from '../hcl/duration.ts';
import { nested, when } from './errors.ts';
import { child, children, type Fields, numberOf, textOf, textsOf } from './fields.ts';
import { affinityErrors, constraintErrors } from './validatePlacement.ts';
import { taskServiceErrors } from './validateService.ts';
import type { Rules } from './versions.ts';

/** Errors of a task; those of its parts are nested in its own. */
export function taskErrors(task: Fields, group: Fields, jobType: string, its: Rules): string[] {
  return [
    ...nameErrors(textOf(task, 'Name'), its.reservedTaskNames),
    ...when(textOf(task, 'Driver') === '', 'Missing task driver'),
    ...timeErrors(task, group, jobType),
    ...nested(resourceErrors(child(task, 'Resources') ?? {}, its.unlimitedMemory)),
    ...nested(logErrors(child(task, 'LogConfig') ?? {}, child(group, 'EphemeralDisk'))),
    ...constraintErrors(task, its.attributeMissing),
    ...levelErrors(task),
    ...affinityErrors(task, jobType),
    ...nested(taskServiceErrors(task, group, its)),
    ...nested(vaultErrors(child(task, 'Vault'), its)),
    ...partErrors(task, 'Artifacts', 'Artifact', artifactErrors),
    ...partErrors(task, 'Templates', 'Template', templateErrors),
    ...destinationErrors(task),
    ...actionErrors(task),
    ...lifecycleErrors(child(task, 'Lifecycle')),
    ...mountErrors(task, child(group, 'Volumes') ?? {}),
  ];
}

function nameErrors(name: string, reserved: readonly string[]): string[] {
  return [
    ...when(name === '', 'Missing task name'),
    ...when(reserved.includes(name), `Task cannot be named ${JSON.stringify(name)}`),
    ...when(/[/\\]/.test(name), 'Task name cannot include slashes'),
  ];
}

function timeErrors(task: Fields, group: Fields, jobType: string): string[] {
  const kill = numberOf(task, 'KillTimeout');
  const deadline = numberOf(child(group, 'Update'), 'ProgressDeadline');
  const tooLong = jobType === 'service' && deadline > 0 && kill > deadline;
  const limits = `(${formatDuration(kill)}) longer than the group's ProgressDeadline (${formatDuration(deadline)})`;
  return [
    ...when(kill < 0, 'KillTimeout must be a positive value'),
    ...when(tooLong, `KillTimout ${limits}`),
    ...when(numberOf(task, 'ShutdownDelay') < 0, 'ShutdownDelay must be a positive value'),
  ];
}

function resourceErrors(resources: Fields, unlimited: number | null): string[] {
  const [cpu, cores, memory] = [
    numberOf(resources, 'CPU'),
    numberOf(resources, 'Cores'),
    numberOf(resources, 'MemoryMB'),
  ];
  const [most, secrets] = [numberOf(resources, 'MemoryMaxMB'), numberOf(resources, 'SecretsMB')];
  const tooFew = [
    ...when(cpu < 1 && cores === 0, `minimum CPU value is 1; got ${String(cpu)}`),
    ...when(memory < 10, `minimum MemoryMB value is 10; got ${String(memory)}`),
  ];
  const disk = "Task can't ask for disk resources, they have to be specified at the task group level.";
  const tooLow = `MemoryMaxMB value (${String(most)}) should be larger than MemoryMB value (${String(memory)})`;
  return [
    ...when(cores > 0 && cpu > 0, "Task can only ask for 'cpu' or 'cores' resource, not both."),
    ...when(cores < 0, `cores value (${String(cores)}) cannot be negative`),
    ...nested(tooFew),
    ...when(numberOf(resources, 'DiskMB') > 0, disk),
    ...when(most !== 0 && most !== unlimited && most < memory, tooLow),
    ...when(
      secrets > memory,
      `SecretsMB value (${String(secrets)}) cannot be larger than MemoryMB value (${String(memory)})`,
    ),
    ...when(secrets < 0, `SecretsMB value (${String(secrets)}) cannot be negative`),
  ];
}

function logErrors(logs: Fields, disk: Fields | null): string[] {
  const [files, size] = [numberOf(logs, 'MaxFiles'), numberOf(logs, 'MaxFileSizeMB')];
  const [used, space] = [files * size, numberOf(disk, 'SizeMB')];
  return [
    ...when(files < 1, `minimum number of files is 1; got ${String(files)}`),
    ...when(size < 1, `minimum file size is 1MB; got ${String(size)}`),
    ...when(
      disk !== null && space <= used,
      `log storage (${String(used)} MB) must be less than requested disk capacity (${String(space)} MB)`,
    ),
  ];
}

function levelErrors(task: Fields): string[] {
  return children(task, 'Constraints').flatMap((constraint, index) => {
    const operand = textOf(constraint, 'Operand');
    const message = `Constraint ${String(index + 1)} has disallowed Operand at task level: ${operand}`;
    return when(operand === 'distinct_hosts' || operand === 'distinct_property', message);
  });
}

function vaultErrors(vault: Fields | null, { vaultNeedsPolicies }: Rules): string[] {
  if (!vault || !vaultNeedsPolicies) return [];
  const policies = textsOf(vault, 'Policies');
  return [
    ...when(policies.length === 0, 'Policy list cannot be empty'),
    ...policies.flatMap((policy) => when(policy === 'root', 'Can not specify "root" policy')),
  ];
}

function partErrors(task: Fields, field: string, name: string, check: (part: Fields) => string[]): string[] {
  return children(task, field).flatMap((part, index) =>
    nested(check(part), `${name} ${String(index + 1)} validation failed: `),
  );
}

/** Whether a path relative to the task's directory leads out of the allocation's. */
function escapes(path: string): boolean {
  let depth = 1;
  for (const step of path.split('/')) {
    if (step === '..') depth -= 1;
    else if (step !== '' && step !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

function artifactErrors(artifact: Fields): string[] {
  const mode = textOf(artifact, 'GetterMode');
  const known = ['any', 'file', 'dir'].includes(mode);
  return [
    ...when(textOf(artifact, 'GetterSource') === '', 'source must be specified'),
    ...when(!known, `invalid artifact mode ${JSON.stringify(mode)}; must be one of: any, file, dir`),
    ...when(escapes(textOf(artifact, 'RelativeDest')), 'destination escapes allocation directory'),
  ];
}

function templateErrors(template: Fields): string[] {
  const [mode, perms] = [textOf(template, 'ChangeMode'), textOf(template, 'Perms')];
  const noSource = textOf(template, 'SourcePath') === '' && textOf(template, 'EmbeddedTmpl') === '';
  const signalsEnv = mode === 'signal' && template['Envvars'] === true;
  const known = ['noop', 'restart', 'signal', 'script'].includes(mode);
  const modeRule = 'Invalid change mode. Must be one of the following: noop, signal, script, restart';
  const scriptRule = 'must specify change script configuration value when change mode is script';
  const octal = `strconv.ParseUint: parsing ${JSON.stringify(perms)}: invalid syntax`;
  return [
    ...when(noSource, 'Must specify a source path or have an embedded template'),
    ...when(textOf(template, 'DestPath') === '', 'Must specify a destination for the template'),
    ...when(escapes(textOf(template, 'DestPath')), 'destination escapes allocation directory'),
    ...when(signalsEnv, 'cannot use signals with env var templates'),
    ...when(mode === 'script' && !child(template, 'ChangeScript'), scriptRule),
    ...when(!known, modeRule),
    ...when(numberOf(template, 'Splay') < 0, 'Must specify positive splay value'),
    ...when(perms !== '' && !/^[0-7]+$/.test(perms), `Failed to parse ${JSON.stringify(perms)} as octal: ${octal}`),
  ];
}

function destinationErrors(task: Fields): string[] {
  const paths = children(task, 'Templates').map((template) => textOf(template, 'DestPath'));
  return paths.flatMap((path, index) => {
    const first = paths.indexOf(path);
    return when(first < index, `Template ${String(index + 1)} has same destination as ${String(first + 1)}`);
  });
}

function actionErrors(task: Fields): string[] {
  const names = children(task, 'Actions').map((action) => textOf(action, 'Name'));
  const twice = new Set(names.filter((name, index) => names.indexOf(name) < index));
  return [...twice].map((name) => `Action ${name} defined multiple times`);
}

function lifecycleErrors(lifecycle: Fields | null): string[] {
  if (!lifecycle) return [];
  const hook = textOf(lifecycle, 'Hook');
  if (hook === '') return ['Lifecycle validation failed: no lifecycle hook provided'];
  const known = ['prestart', 'poststart', 'poststop'].includes(hook);
  return when(!known, `Lifecycle validation failed: invalid hook: ${hook}`);
}

function mountErrors(task: Fields, volumes: Fields): string[] {
  return children(task, 'VolumeMounts').flatMap((mount, index) => {
    const volume = textOf(mount, 'Volume');
    const message = `Volume Mount (${String(index)}) references undefined volume ${volume}`;
    return when(!(volume in volumes), message);
  });
}
