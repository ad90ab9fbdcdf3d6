import type { TaskEvent } from '../../nomad/types/allocation.ts';
import { failuresIn, wasOrdered } from './crashLoop.ts';
import type { Failures } from './crashLoop.ts';
import { clean, millisecondsOf, objectsIn, textIn, withoutSecrets } from './wire.ts';

/** Why a task ended, or could not be started. */
export interface TaskCause {
  /** For a row: `exit 1`, `exit 137 (OOM)`, `driver failure: no such image`. */
  readonly words: string;
  /** What the task did, for a sentence: `exited 1`, `ran out of memory`. Without one, the sentence uses `words`. */
  readonly deed?: string;
  /** What belongs to the deed in brackets: `exit 137`. */
  readonly aside?: string;
  /** Set where it ended by itself, and not well. */
  readonly crashed?: true;
  /** Set where it was ended because of another task, which then explains more. */
  readonly byAnother?: true;
  readonly timeMs?: number;
}

/** What the events of a task tell. */
export interface TaskStory {
  /** Of the last end, or of the last attempt to start. */
  readonly cause?: TaskCause;
  /** What a task that has not started waits for: a missing value of a template, an image that is being pulled. */
  readonly waitingFor?: string;
  /** When it is to be started again. */
  readonly nextTryMs?: number;
  readonly failures?: Failures;
}

/** Longer messages are told in full where the events are shown. */
const maxWords = 300;

/**
 * Reads the events of one task, oldest first, as a client keeps the last ten of them. A task lives from one restart to the
 * next; the newest life that tells a cause is the one that counts, since a life that has just begun tells none.
 *
 * @param restarts how often it was started again
 */
export function storyOf(wire: readonly (TaskEvent | null)[] | null | undefined, restarts: number): TaskStory {
  const events = objectsIn(wire);
  const lives = livesOf(events);
  const last = events.at(-1);
  const waitingFor = waitOf(lives.at(-1) ?? []);
  const nextTryMs = last?.Type === 'Restarting' ? nextTry(last) : undefined;
  const failures = failuresIn(lives, restarts);
  // A restart that a person asked for in between doesn't explain why it keeps failing.
  const loop = failures !== undefined && failures.count > 1 ? lives.filter((life) => !wasOrdered(life)) : lives;
  const cause = newestCause(loop);
  return {
    ...(cause === undefined ? {} : { cause }),
    ...(waitingFor === undefined ? {} : { waitingFor }),
    ...(nextTryMs === undefined ? {} : { nextTryMs }),
    ...(failures === undefined ? {} : { failures }),
  };
}

function newestCause(lives: readonly (readonly TaskEvent[])[]): TaskCause | undefined {
  for (let at = lives.length - 1; at >= 0; at -= 1) {
    const cause = causeOf(lives[at] ?? []);
    if (cause !== undefined) return cause;
  }
  return undefined;
}

/** A life ends with the event that says that another one follows. */
function livesOf(events: readonly TaskEvent[]): readonly (readonly TaskEvent[])[] {
  const lives: TaskEvent[][] = [[]];
  for (const event of events) {
    lives.at(-1)?.push(event);
    if (event.Type === 'Restarting') lives.push([]);
  }
  return lives;
}

/**
 * The cause among the events of one life. An end that was ordered, by Nomad, a check or another task, is explained by the
 * order: the exit code that follows is only how the task took it.
 */
function causeOf(life: readonly TaskEvent[]): TaskCause | undefined {
  if (life.length === 0) return undefined;
  const oom = life.findLast((event) => event.Type === 'Terminated' && detail(event, 'oom_killed') === 'true');
  if (oom !== undefined) return exitCause(oom);
  const ordered = life.findIndex(isOrder);
  const own = ordered < 0 ? life : life.slice(0, ordered);
  const end = own.findLast((event) => event.Type === 'Terminated' || prefixes[event.Type] !== undefined);
  const order = life[ordered];
  // A task that had ended by itself was told to end as well: what it did is the story.
  if (order !== undefined && end?.Type !== 'Terminated') return orderCause(order) ?? toldCause(end);
  if (end !== undefined) return (end.Type === 'Terminated' ? exitCause(end) : toldCause(end)) ?? lastResort(life);
  return lastResort(life);
}

function isOrder(event: TaskEvent): boolean {
  return orders.has(event.Type) || (event.Type === 'Killed' && detail(event, 'fails_task') === 'true');
}

const orders: ReadonlySet<string> = new Set([
  'Killing',
  'Sibling Task Failed',
  'Leader Task Dead',
  'Main Tasks Dead',
  'Restart Signaled',
  'Pausing',
]);

/** Why a task was told to end. Nothing where a person, a newer version or a drain did so, which is no failure. */
function orderCause(event: TaskEvent): TaskCause | undefined {
  const message = messageOf(event);
  switch (event.Type) {
    case 'Sibling Task Failed': {
      const name = detail(event, 'failed_sibling');
      return byAnother(event, name === '' ? 'sibling task failed' : `sibling task ${clean(name)} failed`);
    }
    case 'Leader Task Dead':
      return byAnother(event, 'leader task dead');
    case 'Main Tasks Dead':
      return byAnother(event, 'main tasks dead');
    case 'Restart Signaled':
      return told(event, restartWords(message));
    case 'Killed':
      return told(event, `killed: ${detail(event, 'kill_reason') || message}`);
    default:
      // Where there is no reason, Nomad says how the task is being ended.
      if (message === '' || message.startsWith('Sent interrupt')) return undefined;
      return told(event, lowered(message.replace(/^allocation (?=exceeded)/, '')));
  }
}

/** `health check failed: service: "web" check` for Nomad's `healthcheck: check "service: \"web\" check" unhealthy`. */
function restartWords(message: string): string {
  const check = /^healthcheck: check "(.*)" unhealthy$/.exec(message)?.[1];
  if (check !== undefined) return `health check failed: ${check.replaceAll('\\"', '"')}`;
  return message === '' ? 'restart signaled' : lowered(message);
}

/** Events that say in their message why a task could not go on, and the words that the message follows in a row. */
const prefixes: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), {
  'Setup Failure': 'setup failure',
  'Driver Failure': 'driver failure',
  'Failed Validation': 'failed validation',
  'Failed Artifact Download': 'artifact download failed',
  'Task hook failed': 'hook failed',
  'Failed Restoring Task': 'restore failed',
  'Disk Resources Exceeded': 'disk resources exceeded',
  'Plugin became unhealthy': 'plugin unhealthy',
}) as Readonly<Record<string, string | undefined>>;

function toldCause(event: TaskEvent | undefined): TaskCause | undefined {
  if (event === undefined) return undefined;
  const prefix = prefixes[event.Type] ?? lowered(textIn(event.Type));
  const message = shorter(messageOf(event));
  return told(event, message === '' || message.toLowerCase() === prefix ? prefix : `${prefix}: ${message}`);
}

/** What says little, where nothing says more. */
function lastResort(life: readonly TaskEvent[]): TaskCause | undefined {
  const unhealthy = life.findLast(
    (event) => event.Type === 'Alloc Unhealthy' && !/because of \w+ task$/.test(messageOf(event)),
  );
  // A deadline that passed while something was missing tells less than what it was.
  if (unhealthy !== undefined) return told(unhealthy, waitOf(life) ?? lowered(messageOf(unhealthy)));
  const ending = life.findLast((event) => event.Type === 'Not Restarting');
  return ending === undefined ? undefined : told(ending, `not restarting: ${lowered(messageOf(ending))}`);
}

function exitCause(event: TaskEvent): TaskCause | undefined {
  const code = exitCodeOf(event);
  const text = code === undefined ? 'ended' : `exit ${String(code)}`;
  const signal = signalName(Number(detail(event, 'signal')));
  const at = timeIn(event);
  const crashed = true;
  if (detail(event, 'oom_killed') === 'true')
    return { words: `${text} (OOM)`, deed: 'ran out of memory', aside: text, crashed, ...at };
  if (signal !== undefined)
    return { words: `${text} (${signal})`, deed: `was killed by ${signal}`, aside: text, crashed, ...at };
  if (code !== undefined && code !== 0) return { words: text, deed: `exited ${String(code)}`, crashed, ...at };
  // A driver that loses track of a task says so, with an exit code of zero or none.
  const message = clean(detail(event, 'exit_message'));
  if (message !== '') return told(event, `${text}: ${shorter(message)}`);
  return code === undefined ? undefined : { words: text, deed: 'exited 0', ...at };
}

/** Of a `Terminated` event, where it has one. */
export function exitCodeOf(event: TaskEvent | undefined): number | undefined {
  const text = event === undefined ? '' : detail(event, 'exit_code');
  return /^-?\d{1,10}$/.test(text) ? Number(text) : undefined;
}

const signals: Readonly<Record<number, string>> = {
  ...{ 1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 4: 'SIGILL', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE', 9: 'SIGKILL' },
  ...{ 10: 'SIGUSR1', 11: 'SIGSEGV', 12: 'SIGUSR2', 13: 'SIGPIPE', 14: 'SIGALRM', 15: 'SIGTERM' },
};

/** Of Linux, where nearly all tasks run. */
function signalName(number: number): string | undefined {
  if (!Number.isInteger(number) || number <= 0) return undefined;
  return signals[number] ?? `signal ${String(number)}`;
}

/** What holds up the start of a task. */
function waitOf(life: readonly TaskEvent[]): string | undefined {
  if (life.some((event) => event.Type === 'Started')) return undefined;
  const waiting = life.findLast((event) => event.Type === 'Template' || event.Type === 'Driver');
  const later = waiting === undefined ? undefined : life.slice(life.indexOf(waiting) + 1);
  if (waiting === undefined || later?.some((event) => prefixes[event.Type] !== undefined || isOrder(event)) === true)
    return undefined;
  const message = lowered(shorter(messageOf(waiting)));
  if (message === '') return undefined;
  return cut(waiting.Type === 'Template' ? `template ${message}` : message);
}

function nextTry(event: TaskEvent): number | undefined {
  const delay = Number(detail(event, 'start_delay'));
  return millisecondsOf(event.Time + (Number.isFinite(delay) ? delay : 0));
}

function told(event: TaskEvent, words: string): TaskCause {
  return { words: cut(words), ...timeIn(event) };
}

function byAnother(event: TaskEvent, words: string): TaskCause {
  return { ...told(event, words), byAnother: true };
}

function timeIn(event: TaskEvent): { timeMs?: number } {
  const timeMs = millisecondsOf(event.Time);
  return timeMs === undefined ? {} : { timeMs };
}

function messageOf(event: TaskEvent): string {
  return withoutSecrets(clean(textIn(event.DisplayMessage) || textIn(event.Message)));
}

function detail(event: TaskEvent, name: string): string {
  const { Details } = event as { Details?: unknown };
  if (typeof Details !== 'object' || Details === null || !Object.hasOwn(Details, name)) return '';
  return textIn((Details as Record<string, unknown>)[name]);
}

/** Without the prefixes of the layers that passed the message on. */
function shorter(message: string): string {
  return message
    .replace(/rpc error: code = \w+ desc = /g, '')
    .replace(/^failed to (?:launch command with executor|setup alloc|download artifact):? /, '')
    .replace(/getter subprocess failed: exit status \d+: failed to download artifact: /, '')
    .replace(/^\d+ errors? occurred: +\* /, '')
    .replace(/^failed to parse config: +\* /, '')
    .replace(/ +\* /g, '; ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** With a small first letter, unless it begins a word of capitals. */
function lowered(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
}

function cut(words: string): string {
  return words.length > maxWords ? `${words.slice(0, maxWords - 1)}…` : words;
}
