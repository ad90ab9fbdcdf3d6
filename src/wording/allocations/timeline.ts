import type { Allocation, TaskEvent } from '../../nomad/types/allocation.ts';
import { clean, entriesIn, millisecondsOf, objectsIn, textIn, withoutSecrets } from '../../state/tables/wire.ts';
import { age } from '../ages.ts';
import { columns } from './columns.ts';
import type { StateWords } from './stateText.ts';

/** Something that happened to a task. */
export interface TimedEvent {
  readonly atMs: number | undefined;
  readonly task: string;
  readonly type: string;
  /** Compilers and validators write several lines. */
  readonly message: readonly string[];
}

/** A client keeps ten events of each task; a server that sends thousands is cut short. */
const most = 500;
const mostLines = 40;

/** The events of all tasks in the order in which they happened. */
export function timelineOf({ TaskStates }: Pick<Allocation, 'TaskStates'>): {
  readonly events: readonly TimedEvent[];
  readonly leftOut: number;
} {
  const all = entriesIn(TaskStates).flatMap(([task, state]) =>
    objectsIn(state.Events).map((event) => ({ event, task: clean(task), atMs: millisecondsOf(event.Time) })),
  );
  // Sorting keeps the order of those of one moment, and an event without a time where its task had it.
  const inOrder = withTimes(all).sort((a, b) => a.orderMs - b.orderMs);
  const events = inOrder.slice(-most).map(({ event, task, atMs }) => ({
    ...{ atMs, task, type: clean(textIn(event.Type)) },
    message: messageOf(event),
  }));
  return { events, leftOut: inOrder.length - events.length };
}

interface Placed {
  readonly event: TaskEvent;
  readonly task: string;
  readonly atMs: number | undefined;
}

function withTimes(all: readonly Placed[]): (Placed & { readonly orderMs: number })[] {
  let last = 0;
  let task: string | undefined;
  return all.map((one) => {
    if (one.task !== task) last = 0;
    task = one.task;
    last = one.atMs ?? last;
    return { ...one, orderMs: last };
  });
}

function messageOf(event: TaskEvent): readonly string[] {
  const told = textIn(event.DisplayMessage) || textIn(event.Message);
  const lines = told
    .split(/\r?\n/)
    .map((line) => withoutSecrets(clean(line)))
    .filter((line) => line !== '');
  const more = asides(event).filter((aside) => !told.includes(aside));
  const [first = '', ...rest] = lines;
  const head = [first, ...more].filter((part) => part !== '').join(' · ');
  const shown = rest.slice(0, mostLines);
  const cut = rest.length - shown.length;
  return [head, ...shown, ...(cut > 0 ? [`… ${String(cut)} more lines`] : [])];
}

/** What Nomad tells of an event and leaves out of its message: why a task was started again, and that it was out of memory. */
function asides({ Type, Details }: TaskEvent): readonly string[] {
  const detail = (name: string) => {
    const own = typeof Details === 'object' && Details !== null && Object.hasOwn(Details, name);
    return own ? withoutSecrets(clean(textIn(Details[name]))) : '';
  };
  if (Type === 'Restarting') return [detail('restart_reason')];
  if (Type === 'Terminated') return [detail('oom_killed') === 'true' ? 'OOM' : '', detail('exit_message')];
  return [];
}

/** Of `Restart Signaled` and what is shorter; that a new event has such a type moves nothing. */
const widths = [0, 7, 0, 16];

/** `2026-11-20 14:02:11 GMT+1  3m ago  server  Terminated  Exit Code: 1`, one event a line and more where it has some. */
export function timelineLines(events: readonly TimedEvent[], { nowMs, moment }: StateWords): string[] {
  const rows = events.map(({ atMs, task, type, message }) => [
    atMs === undefined ? '-' : moment(atMs),
    atMs === undefined ? '' : ago(atMs, nowMs),
    task,
    type,
    message[0] ?? '',
  ]);
  return columns(rows, widths).flatMap((line, at) => [
    line,
    ...(events[at]?.message.slice(1) ?? []).map((more) => `    ${more}`),
  ]);
}

/** `3m ago`; `now` for less than a minute. */
export function ago(momentMs: number, nowMs: number): string {
  const words = age(momentMs, nowMs);
  return words === 'now' ? words : `${words} ago`;
}
