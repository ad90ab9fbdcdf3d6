import { looksSecret } from '../../base/secretNames.ts';
import type { Allocation } from '../../nomad/types/allocation.ts';
import type { Task, TaskGroup } from '../../nomad/types/job.ts';
import { filled } from '../../base/filled.ts';
import { allocationRecord } from '../../state/tables/allocationRecords.ts';
import { clean, countIn, flagIn, millisecondsOf, objectsIn, textIn, timeOf } from '../../state/tables/wire.ts';
import { allocated } from '../../wording/allocated.ts';
import type { DeclaredService, KnownAllocation, TaskEnvironment } from '../../wording/allocations/allocationState.ts';
import { timelineOf } from '../../wording/allocations/timeline.ts';
import { redactedText } from '../incident/redact.ts';

/** The same for every value, so that not even its length is told. */
const mask = '••••••';

/** Longer values are cut: whole files stand in some. */
const mostValue = 200;

/** What is kept of an allocation that was read: nothing secret that its job holds. */
export function knownAllocation(allocation: Allocation): KnownAllocation {
  const { Job, TaskGroup: name = '', RescheduleTracker, PreviousAllocation, DeploymentStatus } = allocation;
  const group = objectsIn(Job?.TaskGroups).find((one) => one.Name === name);
  const { events, leftOut } = timelineOf(allocation);
  return {
    record: allocationRecord(allocation, countIn(allocation.JobVersion)),
    events,
    eventsLeftOut: leftOut,
    allocated: allocated(allocation),
    healthAtMs: timeOf(DeploymentStatus?.Timestamp),
    reschedules: objectsIn(RescheduleTracker?.Events).map(({ PrevAllocID, RescheduleTime, Delay }) => ({
      id: textIn(PrevAllocID),
      atMs: millisecondsOf(RescheduleTime),
      delayMs: Math.round(countIn(Delay) / 1e6),
    })),
    previousId: filled(PreviousAllocation),
    services: group === undefined ? [] : servicesOf(group),
    environment: objectsIn(group?.Tasks).map(environmentOf),
  };
}

function servicesOf(group: TaskGroup): DeclaredService[] {
  const own = (services: unknown, task: string | undefined) =>
    records(services).map((service) => ({
      name: textIn(service['Name']),
      provider: textIn(service['Provider']) === 'nomad' ? 'nomad' : 'consul',
      task: task ?? filled(textIn(service['TaskName'])),
      checks: records(service['Checks']).map((check) => ({ name: textIn(check['Name']), type: textIn(check['Type']) })),
    }));
  return [
    ...own(group.Services, undefined),
    ...objectsIn(group.Tasks).flatMap((task) => own(task.Services, task.Name)),
  ];
}

function environmentOf(task: Task): TaskEnvironment {
  const variables = Object.entries(task.Env ?? {}).map(([name, value]) => [name, shownValue(name, value)] as const);
  return {
    task: task.Name,
    variables: variables.sort(([a], [b]) => (a < b ? -1 : 1)),
    templates: records(task.Templates)
      .filter((template) => flagIn(template['Envvars']))
      .map((template) => textIn(template['DestPath'])),
  };
}

function shownValue(name: string, value: unknown): string {
  const told = typeof value === 'string' ? value : String(value);
  if (looksSecret(name) || namesSecret(told)) return mask;
  const text = clean(redactedText(told));
  return text.length > mostValue ? `${text.slice(0, mostValue - 1)}…` : text;
}

/** Whether a value has others inside, one of which looks secret: `host=db password=…`, `{"token":"…"}`, `--api-key …`. */
function namesSecret(value: string): boolean {
  const names = [
    ...value.matchAll(/([A-Za-z][\w.-]*)["']?\s*[=:](?!\/\/)/g),
    ...value.matchAll(/--([A-Za-z][\w-]*)[ =]/g),
  ];
  return names.some(([, name = '']) => looksSecret(name));
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return objectsIn(value as readonly (Readonly<Record<string, unknown>> | null)[] | null | undefined);
}
