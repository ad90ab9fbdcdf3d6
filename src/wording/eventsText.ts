import type { Allocation, TaskEvent, TaskState } from '../nomad/types/allocation.ts';
import { allocationRecord } from '../state/tables/allocationRecords.ts';
import { allocationStatus, taskStatus } from './status.ts';
import { failureSentence } from './failureSentence.ts';
import { clean, countIn, entriesIn, millisecondsOf, objectsIn, textIn, withoutSecrets } from '../state/tables/wire.ts';

export interface EventsTextOptions {
  /** Name of the cluster for people. */
  readonly cluster: string;
  readonly nowMs: number;
  /** A moment in full, with its zone. */
  readonly moment: (ms: number) => string;
}

/** What happened to the tasks of an allocation, oldest first, as Nomad told it: a client keeps the last ten events of each. */
export function eventsText(allocation: Allocation, options: EventsTextOptions): string {
  const record = allocationRecord(allocation, countIn(allocation.JobVersion));
  const { cluster, nowMs, moment } = options;
  const failure = failureSentence(record);
  const node = record.nodeName ?? record.nodeId.slice(0, 8);
  const lines = [
    `Events of ${clean(record.name ?? record.id)} · ${clean(cluster)} / ${clean(record.namespace)} · ${moment(nowMs)}`,
    `Allocation ${clean(record.id)} on ${clean(node)}, job ${clean(record.jobId)} v${String(record.jobVersion)}`,
    `State: ${allocationStatus(record, nowMs).detail}`,
    ...(failure === undefined ? [] : [`Cause: ${failure}`]),
    ...described('Client', record.clientStatus, record.clientDescription),
    ...described('Desired', record.desiredStatus ?? '', record.desiredDescription),
  ];
  const states = entriesIn(allocation.TaskStates);
  if (states.length === 0) lines.push('', 'The client has not reported any event yet.');
  for (const [name, state] of states) {
    const task = record.tasks?.find((one) => one.name === name);
    lines.push('', `Task ${clean(name)}: ${task === undefined ? 'unknown' : taskStatus(task, nowMs, record).detail}`);
    lines.push(...eventLines(state, moment));
  }
  return `${lines.join('\n')}\n`;
}

function described(what: string, status: string, description: string | undefined): readonly string[] {
  return description === undefined || description === '' ? [] : [`${what} status: ${clean(status)}: ${description}`];
}

function eventLines(state: TaskState, moment: (ms: number) => string): readonly string[] {
  const events = objectsIn(state.Events);
  if (events.length === 0) return ['  no events'];
  const widest = Math.max(...events.map((event) => textIn(event.Type).length));
  return events.flatMap((event) => {
    const at = millisecondsOf(event.Time);
    const type = clean(textIn(event.Type)).padEnd(Math.min(widest, 30));
    const [first = '', ...more] = messageLines(event);
    const head = `  ${at === undefined ? '-' : moment(at)}  ${type}  ${first}`.trimEnd();
    return [head, ...more.map((line) => `      ${line}`)];
  });
}

/** The lines of a message: compilers and validators write several. */
function messageLines(event: TaskEvent): readonly string[] {
  const message = textIn(event.DisplayMessage) || textIn(event.Message);
  const lines = message.split(/\r?\n/).map((line) => withoutSecrets(clean(line)));
  return lines.filter((line) => line !== '');
}
