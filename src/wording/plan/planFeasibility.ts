import type { JobDiff, ObjectDiff } from '../../nomad/types/job.ts';
import type { PlanResponse } from '../../nomad/types/plan.ts';

/** Changes of these never decide which nodes a group may run on. Of all others they may. */
const elsewhere: ReadonlySet<string> = new Set([
  ...['Action', 'Affinity', 'AllAtOnce', 'Artifact', 'Config', 'Count', 'DispatchPayload', 'Dispatched', 'Disconnect'],
  ...['Env', 'KillSignal', 'KillTimeout', 'Kind', 'Leader', 'Lifecycle', 'LogConfig', 'Meta', 'Migrate', 'Name'],
  ...[
    'ParameterizedJob',
    'Periodic',
    'Priority',
    'ReschedulePolicy',
    'RestartPolicy',
    'Scaling',
    'Schedule',
    'Service',
  ],
  ...['ShutdownDelay', 'Spread', 'Stop', 'Template', 'UI', 'Update', 'User', 'VersionTag', 'StopAfterClientDisconnect'],
  ...['MaxClientDisconnect', 'PreventRescheduleOnLost', 'MaxRunDuration'],
]);

/**
 * Whether a change may make nodes fit, or fit no longer, that did otherwise before: by a constraint, a driver, a
 * datacenter, what it asks for. True where it is not known.
 */
export function mayMove(plan: PlanResponse, groupName: string): boolean {
  return decidesOtherThan(plan, groupName, elsewhere);
}

/** Whether anything but constraints may do so. */
export function movesByMore(plan: PlanResponse, groupName: string): boolean {
  return decidesOtherThan(plan, groupName, new Set([...elsewhere, 'Constraint']));
}

function decidesOtherThan({ Diff }: PlanResponse, groupName: string, others: ReadonlySet<string>): boolean {
  if (Diff === null) return true;
  if (Diff.Type === 'None') return false;
  const group = Diff.TaskGroups?.find(({ Name }) => Name === groupName);
  const tasks = (group?.Tasks ?? []).filter(({ Type }) => Type !== 'None');
  if (tasks.some(({ Type }) => Type !== 'Edited')) return true;
  return [Diff, ...(group === undefined ? [] : [group]), ...tasks].some((part) => decides(part, others));
}

function decides({ Fields, Objects }: Pick<JobDiff, 'Fields' | 'Objects'>, others: ReadonlySet<string>): boolean {
  const changed = <T extends { Type: string }>(all: readonly T[] | null | undefined) =>
    (all ?? []).filter(({ Type }) => Type !== 'None');
  return (
    changed(Fields).some(({ Name }) => !others.has(Name.replace(/\[.*$/s, ''))) ||
    changed(Objects).some((object) => !others.has(object.Name) || asksForMore(object))
  );
}

/** A service that is new, or kept by another provider, asks for nodes that can register it. */
function asksForMore(object: ObjectDiff): boolean {
  if (object.Name !== 'Service') return false;
  return (
    object.Type === 'Added' || (object.Fields ?? []).some(({ Name, Type }) => Name === 'Provider' && Type !== 'None')
  );
}
