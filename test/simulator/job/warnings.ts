import { nested, when } from './errors.ts';
import { child, children, type Fields, numberOf, textOf } from './fields.ts';
import type { Rules } from './versions.ts';

/** What the server warns of in a job that it accepts, as kept by the server. */
export function jobWarnings(job: Fields, its: Rules, hasOversubscription: boolean): string[] {
  const groups = children(job, 'TaskGroups');
  const updates = groups.map((group) => child(group, 'Update')).filter((update) => update !== null);
  const some = updates.some((update) => update['AutoPromote'] === true);
  const all = updates.every((update) => numberOf(update, 'Canary') === 0 || update['AutoPromote'] === true);
  return [
    ...groups.flatMap((group) =>
      nested(groupWarnings(group, its), `Group ${JSON.stringify(textOf(group, 'Name'))} has warnings: `),
    ),
    ...(its.shutdownDelayWarned ? groups.flatMap(delayWarnings) : []),
    ...when(some && !all, 'auto_promote must be true for all groups to enable automatic promotion'),
    ...when(
      textOf(child(job, 'Periodic'), 'Spec') !== '',
      'cron is deprecated and may be removed in a future release. Use crons instead',
    ),
    ...(hasOversubscription ? [] : groups.flatMap(memoryWarnings)),
  ];
}

function groupWarnings(group: Fields, its: Rules): string[] {
  const [count, parallel] = [numberOf(group, 'Count'), numberOf(child(group, 'Update'), 'MaxParallel')];
  const compared = `(${String(parallel)} > ${String(count)})`;
  const consequence = 'A destructive change would result in the simultaneous replacement of all allocations.';
  return [
    ...when(
      count > 1 && parallel > count,
      `Update max parallel count is greater than task group count ${compared}. ${consequence}`,
    ),
    ...when(
      numberOf(children(group, 'Networks')[0], 'MBits') > 0,
      'mbits has been deprecated as of Nomad 0.12.0. Please remove mbits from the network block',
    ),
    ...children(group, 'Tasks').flatMap((task) => warningsOf(task, its)),
  ];
}

function warningsOf(task: Fields, its: Rules): string[] {
  const name = `Task ${JSON.stringify(textOf(task, 'Name'))}`;
  if (its.taskWarnings === 'together') return nested(taskWarnings(task), `${name} has warnings: `);
  return nested(taskWarnings(task).map((warning) => `${name}: ${warning}`));
}

function taskWarnings(task: Fields): string[] {
  const resources = child(task, 'Resources');
  return [
    ...when(
      numberOf(resources, 'IOPS') !== 0,
      'IOPS has been deprecated as of Nomad 0.9.0. Please remove IOPS from resource block.',
    ),
    ...when(
      children(resources, 'Networks').length > 0,
      'task network resources have been deprecated as of Nomad 0.12.0. Please configure networking via group network block.',
    ),
  ];
}

/** A service that is deregistered at the moment its task stops may still get requests. */
function delayWarnings(group: Fields): string[] {
  const [tasks, services] = [children(group, 'Tasks'), children(group, 'Services')];
  const named = new Set(services.map((service) => textOf(service, 'TaskName')));
  const groupName = JSON.stringify(textOf(group, 'Name'));
  const delayed = numberOf(group, 'ShutdownDelay') > 0 || tasks.some((task) => numberOf(task, 'ShutdownDelay') > 0);
  const ofTasks = tasks.flatMap((task) => {
    const name = JSON.stringify(textOf(task, 'Name'));
    const none = numberOf(task, 'ShutdownDelay') === 0;
    return [
      ...when(
        none && named.has(textOf(task, 'Name')),
        `group ${groupName} references task ${name} in a service definition, but the task has no shutdown_delay set`,
      ),
      ...when(
        none && children(task, 'Services').length > 0,
        `task ${name} in group ${groupName} defines services, but has no shutdown_delay set`,
      ),
    ];
  });
  const open = named.has('') && !delayed;
  const ofGroup = `group ${groupName} defines services, but neither the group nor any of its tasks have shutdown_delay set`;
  return [...ofTasks, ...when(open, ofGroup)];
}

function memoryWarnings(group: Fields): string[] {
  const limited = children(group, 'Tasks').filter((task) => numberOf(child(task, 'Resources'), 'MemoryMaxMB') !== 0);
  return limited.map((task) => {
    const name = `${textOf(group, 'Name')}.${textOf(task, 'Name')}`;
    const start = `Memory oversubscription is not enabled; Task "${name}" memory_max value will be ignored.`;
    return `${start} Update the Scheduler Configuration to allow oversubscription.`;
  });
}
