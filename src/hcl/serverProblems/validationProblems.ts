import type { Jobspec, JobspecGroup, JobspecJob, JobspecTask } from '../jobspec.ts';
import type { HclProblem } from '../problem.ts';
import type { TextRange } from '../syntax/text.ts';

/** What an entry of the list is about, as far as its headings said. */
interface Subject {
  readonly job: JobspecJob | undefined;
  readonly group: JobspecGroup | undefined;
  readonly task: JobspecTask | undefined;
  /** Headings that name neither a group nor a task, and so belong to the message. */
  readonly headings: readonly string[];
}

/** Ends a heading; that many entries follow. */
const counted = /(?:^|[:.]? )?(\d+) (?:errors?|warnings?)(?: occurred)?:$/;

/** Words of the server, and the attribute or block they are about. The first that fits and is written decides. */
const parts: readonly (readonly [RegExp, string])[] = [
  [/^Invalid job type\b/, 'type'],
  [/\bpriority\b/i, 'priority'],
  [/\bnode pool\b/i, 'node_pool'],
  [/\bnamespace\b/i, 'namespace'],
  [/\bdriver\b/i, 'driver'],
  [/\bdatacenter/i, 'datacenters'],
  [/\bperiodic\b|\bcron\b/i, 'periodic'],
  [/\bparameterized\b/i, 'parameterized'],
  [/\bscaling policy\b/i, 'scaling'],
  [/\breschedule\b/i, 'reschedule'],
  [/\brestart\b/i, 'restart'],
  [
    /\bhealthy (?:time|deadline)\b|\bprogress deadline\b|\bupdate block\b|\bcanary\b|auto_promote|\bmax parallel\b/i,
    'update',
  ],
  [/\bdisk\b|\bDiskMB\b/i, 'ephemeral_disk'],
  [/\bmemory|MemoryMB|\bCPU\b|\bresource/i, 'resources'],
  [/\blog storage\b/i, 'logs'],
  [/^affinity|\baffinity\b/i, 'affinity'],
  [/^constraint|\bconstraint\b/i, 'constraint'],
  [/^spread|\bspread\b/i, 'spread'],
  [/\bnetwork\b/i, 'network'],
  [/\btemplate\b/i, 'template'],
  [/\bartifact\b/i, 'artifact'],
  [/\blifecycle\b/i, 'lifecycle'],
  [/\bvault\b/i, 'vault'],
  [/\bservice\b|\bcheck\b/i, 'service'],
  [/\bcount\b/i, 'count'],
  [/\bJob ID\b/i, 'id'],
];

/** Blocks a job may have for all its groups, which then is where the mistake in a group is. */
const inherited: ReadonlySet<string> = new Set(['update', 'reschedule']);

/**
 * Finds the places of validation errors or warnings, which the server gives without any: by the group and task names
 * in them, and below these by the attribute or block they speak of.
 *
 * @param body `Error` or `Warnings` of a validate, plan or register answer, one of its `ValidationErrors`, or the body
 *   of a refused plan or register; anything else becomes one problem at the job
 */
export function locateValidation(body: string, jobspec: Jobspec): HclProblem[] {
  const job = jobspec.jobs[0];
  const lines = body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const reader = new EntryReader(lines);
  return reader.readAll({ job, group: undefined, task: undefined, headings: [] });
}

/**
 * Reads the list as Nomad prints it: every entry begins with a star at the same depth however deep it is, so that only
 * the counts in the headings tell what belongs below what.
 */
class EntryReader {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  readAll(subject: Subject): HclProblem[] {
    const found: HclProblem[] = [];
    while (this.#at < this.#lines.length) found.push(...this.#readEntry(subject));
    return found;
  }

  #readEntry(subject: Subject): HclProblem[] {
    const text = this.#readText();
    const heading = counted.exec(text);
    if (heading === null) return [problemOf(text, subject)];
    const below = subjectBelow(subject, text.slice(0, heading.index).trim());
    const found: HclProblem[] = [];
    for (let left = Number(heading[1]); left > 0 && this.#at < this.#lines.length; left--) {
      found.push(...this.#readEntry(below));
    }
    return found;
  }

  /** An entry's text: its line, and lines after it that begin no other entry, unless it is a heading. */
  #readText(): string {
    let text = (this.#lines[this.#at++] ?? '').replace(/^\* /, '');
    while (!counted.test(text)) {
      const next = this.#lines[this.#at];
      if (next === undefined || next.startsWith('* ')) break;
      text += `\n${next}`;
      this.#at++;
    }
    return text;
  }
}

function subjectBelow(subject: Subject, heading: string): Subject {
  if (heading === '') return subject;
  const name = /^(?:Task group|Group) "?(.*?)"? (?:validation failed|has warnings)/i.exec(heading)?.[1];
  if (name !== undefined && !/^(?:network|service|service check|scaling policy)$/.test(name)) {
    return { ...subject, group: subject.job?.groups.find((group) => group.name === name), task: undefined };
  }
  const task = /^Task "?(.*?)"? (?:validation failed|has warnings)/.exec(heading)?.[1];
  if (task !== undefined && !heading.startsWith('Task group')) return { ...subject, task: findTask(subject, task) };
  return { ...subject, headings: [...subject.headings, heading.replace(/:$/, '')] };
}

function findTask({ job, group }: Subject, name: string): JobspecTask | undefined {
  const groups = group === undefined ? (job?.groups ?? []) : [group];
  return groups.flatMap((one) => one.tasks).find((task) => task.name === name);
}

function problemOf(text: string, subject: Subject): HclProblem {
  const message = [...subject.headings, text].join(': ');
  return { range: placeOf(message, narrowed(text, subject)), message, origin: 'jobspec' };
}

/** An entry may name a group or task itself, by name or by its one-based place. */
function narrowed(text: string, subject: Subject): Subject {
  const { job, group } = subject;
  const pair = /^Task "([^".]+)\.([^"]+)"/i.exec(text);
  if (pair !== null) {
    const named = job?.groups.find((one) => one.name === pair[1]);
    return { ...subject, group: named, task: named?.tasks.find((task) => task.name === pair[2]) };
  }
  const groupIndex = /^Job task group (\d+) (?:missing|redefines)/.exec(text)?.[1];
  if (groupIndex !== undefined) return { ...subject, group: job?.groups[Number(groupIndex) - 1] };
  const taskIndex = /^Task (\d+) (?:missing|redefines)/.exec(text)?.[1];
  if (taskIndex !== undefined) return { ...subject, task: group?.tasks[Number(taskIndex) - 1] };
  const groupName = /^(?:Job task group|Task group) "?(\S+?)"? (?:has|should)/i.exec(text)?.[1];
  if (groupName !== undefined) return { ...subject, group: job?.groups.find((one) => one.name === groupName) };
  return subject;
}

function placeOf(message: string, { job, group, task }: Subject): TextRange {
  const [block, ...around] = [task, group, job].filter((one) => one !== undefined);
  if (block === undefined) return { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const inner = partOf(message, block);
  if (inner !== undefined) return inner.range;
  for (const outer of around) {
    const part = partOf(message, outer);
    if (part !== undefined && inherited.has(part.name)) return part.range;
  }
  return block.headerRange;
}

function partOf(
  message: string,
  block: JobspecJob | JobspecGroup | JobspecTask,
): { name: string; range: TextRange } | undefined {
  for (const [words, name] of parts) {
    const range = Object.hasOwn(block.parts, name) ? block.parts[name] : undefined;
    if (range !== undefined && words.test(message)) return { name, range };
  }
  return undefined;
}
