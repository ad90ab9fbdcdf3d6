import { nested, when } from './errors.ts';
import { child, children, type Fields, numberOf, textOf } from './fields.ts';
import { affinityErrors, constraintErrors, spreadErrors } from './validatePlacement.ts';
import { migrateErrors, rescheduleErrors, restartErrors, updateErrors } from './validatePolicy.ts';
import { groupServiceErrors } from './validateService.ts';
import { taskErrors } from './validateTask.ts';
import type { Rules } from './versions.ts';

const highestPort = 65535;

/** Errors of a task group. */
export function groupErrors(group: Fields, job: Fields, its: Rules): string[] {
  const type = textOf(job, 'Type');
  const disk = child(group, 'EphemeralDisk');
  return [
    ...when(textOf(group, 'Name') === '', 'Missing task group name'),
    ...when(textOf(group, 'Name').includes('\0'), 'Task group name contains null character'),
    ...when(numberOf(group, 'Count') < 0, "Task group count can't be negative"),
    ...when(children(group, 'Tasks').length === 0, 'Missing tasks for task group'),
    ...runtimeErrors(group, type),
    ...constraintErrors(group, its.attributeMissing),
    ...affinityErrors(group, type),
    ...ofPolicy(restartErrors(child(group, 'RestartPolicy') ?? {}), its),
    ...spreadErrors(group, type),
    ...rescheduling(group, type, its),
    ...when(numberOf(disk, 'SizeMB') < 10, `minimum DiskMB value is 10; got ${String(numberOf(disk, 'SizeMB'))}`),
    ...updateAndMigrateErrors(group, type, its),
    ...taskNameErrors(group),
    ...nested(networkErrors(group), 'Task group network validation failed: '),
    ...nested(groupServiceErrors(group, its), 'Task group service validation failed: '),
    ...nested(scalingErrors(group), 'Task group scaling policy validation failed: '),
    ...children(group, 'Tasks').flatMap((task) =>
      nested(taskErrors(task, group, type, its), `Task ${textOf(task, 'Name')} validation failed: `),
    ),
  ];
}

function runtimeErrors(group: Fields, type: string): string[] {
  const duration = group['MaxRunDuration'];
  if (typeof duration !== 'number') return [];
  const batch = type === 'batch' || type === 'sysbatch';
  return [
    ...when(duration <= 0, 'MaxRunDuration must be greater than zero'),
    ...when(!batch, `Job type ${JSON.stringify(type)} does not allow max_run_duration`),
  ];
}

/** The errors of a policy stand among its group's own, or are one of them. */
function ofPolicy(errors: readonly string[], { policyErrorsNested }: Rules): readonly string[] {
  return policyErrorsNested ? nested(errors) : errors;
}

function rescheduling(group: Fields, type: string, its: Rules): readonly string[] {
  const policy = child(group, 'ReschedulePolicy');
  if (its.mayNotReschedule.includes(type)) return when(policy !== null, its.reschedulingRefused);
  return policy ? ofPolicy(rescheduleErrors(policy), its) : [];
}

function updateAndMigrateErrors(group: Fields, type: string, its: Rules): string[] {
  const [update, migrate] = [child(group, 'Update'), child(group, 'Migrate')];
  const quoted = JSON.stringify(type);
  const mayUpdate = type === 'service' || type === 'system';
  return [
    ...when(update !== null && !mayUpdate, `Job type ${quoted} does not allow update block`),
    ...(update ? ofPolicy(updateErrors(update), its) : []),
    ...(migrate && type === 'service'
      ? ofPolicy(migrateErrors(migrate), its)
      : when(migrate !== null, `Job type ${quoted} does not allow migrate block`)),
  ];
}

function taskNameErrors(group: Fields): string[] {
  const tasks = children(group, 'Tasks');
  const names = tasks.map((task) => textOf(task, 'Name'));
  const leaders = tasks.filter((task) => task['Leader'] === true).length;
  return [
    ...names.flatMap((name, index) => {
      const [place, first] = [String(index + 1), names.indexOf(name)];
      if (name === '') return [`Task ${place} missing name`];
      return when(first < index, `Task ${place} redefines '${name}' from task ${String(first + 1)}`);
    }),
    ...when(leaders > 1, 'Only one task may be marked as leader'),
  ];
}

function networkErrors(group: Fields): string[] {
  const labels = new Set<string>();
  const taken = new Map<string, string>();
  const ports = children(group, 'Networks').flatMap((network) => [
    ...children(network, 'ReservedPorts'),
    ...children(network, 'DynamicPorts'),
  ]);
  return ports.flatMap((port) => {
    const [label, value, to] = [textOf(port, 'Label'), numberOf(port, 'Value'), numberOf(port, 'To')];
    const key = `${textOf(port, 'HostNetwork')}:${String(value)}`;
    const holder = value === 0 ? undefined : taken.get(key);
    const errors = [
      ...when(labels.has(label), `Port label ${label} already in use by taskgroup network`),
      ...when(
        holder !== undefined && port['IgnoreCollision'] !== true,
        `Static port ${String(value)} already reserved by taskgroup network:${holder ?? ''}`,
      ),
      ...when(value > highestPort, `Port ${label} (${String(value)}) cannot be greater than ${String(highestPort)}`),
      ...when(to < -1, `Port ${JSON.stringify(label)} cannot be mapped to negative value ${String(to)}`),
      ...when(
        to > highestPort,
        `Port ${JSON.stringify(label)} cannot be mapped to a port (${String(to)}) greater than ${String(highestPort)}`,
      ),
    ];
    labels.add(label);
    if (value !== 0) taken.set(key, holder ?? label);
    return errors;
  });
}

function scalingErrors(group: Fields): string[] {
  const policy = child(group, 'Scaling');
  if (!policy) return [];
  const [min, max, count] = [numberOf(policy, 'Min'), numberOf(policy, 'Max'), numberOf(group, 'Count')];
  return [
    ...(max < 0
      ? ['maximum count must be specified and non-negative']
      : when(max < min, 'maximum count must not be less than minimum count')),
    ...when(min < 0, 'minimum count must be specified and non-negative'),
    ...when(max < count, 'task group count must not be greater than maximum count in scaling policy'),
    ...when(count < min, 'task group count must not be less than minimum count in scaling policy'),
  ].map((error) => `Scaling policy invalid: ${error}`);
}
