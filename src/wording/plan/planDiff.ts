import type {
  DiffType,
  FieldDiff,
  Job,
  JobDiff,
  ObjectDiff,
  Task,
  TaskDiff,
  TaskGroupDiff,
} from '../../nomad/types/job.ts';
import { lineDiff } from './lineDiff.ts';
import { isCount } from './planCounts.ts';
import { readable } from './planDuration.ts';
import { jobFields, shortened, writtenFields, writtenObjects } from './planWritten.ts';
import { quoted } from '../quoted.ts';

interface Marked {
  readonly Type: DiffType;
}

/** How wide markers and names are in one block, so that what follows them is aligned. */
interface Widths {
  readonly marker: number;
  readonly name: number;
}

const markers: Readonly<Record<string, string>> = { Added: '+ ', Deleted: '- ', Edited: '+/- ' };

function markerOf({ Type }: Marked): string {
  return markers[Type] ?? '';
}

/** The padded marker, and how wide the padding is. */
function marked(entry: Marked, widths: Widths): { text: string; fill: number } {
  const marker = markerOf(entry);
  const fill = Math.max(0, widths.marker - marker.length);
  return { text: marker + ' '.repeat(fill), fill };
}

function widthsOf(fields: readonly FieldDiff[], ...others: readonly (readonly Marked[])[]): Widths {
  const marker = [...fields, ...others.flat()].reduce((widest, entry) => Math.max(widest, markerOf(entry).length), 0);
  return { marker, name: fields.reduce((widest, field) => Math.max(widest, field.Name.length), 0) };
}

/** How a difference is told. */
export interface DiffOptions {
  /** The job that the difference leads to, as it was written: what is new is told as far as it was. */
  readonly job?: Job | undefined;
  /** False where the counts of the answer are not what will happen. */
  readonly counts?: boolean;
  /** False where nothing is placed, whatever the answer says. */
  readonly placed?: boolean;
}

/**
 * A difference between two versions of a job as lines, in the form that Nomad's own command line prints it, but for
 * texts of several lines, which are compared line by line, durations, which read as in a jobspec, and what is new: it is
 * told as far as a person wrote it, without what Nomad fills in.
 */
export function diffLines(diff: JobDiff, options: DiffOptions = {}): string[] {
  const groups = [...(diff.TaskGroups ?? [])];
  const added = diff.Type === 'Added';
  const fields = added ? writtenFields(diff.Fields, jobFields) : (diff.Fields ?? []);
  const objects = added ? writtenObjects(diff.Objects, options.job) : (diff.Objects ?? []);
  const widths = widthsOf(fields, objects, groups);
  const lines = [`${markerOf(diff)}Job: ${quoted(diff.ID)}`];
  if (diff.Type === 'Edited' || added) lines.push(...bodyLines(fields, objects, widths, 0));
  groups.forEach((group, at) => {
    if (at > 0) lines.push('');
    lines.push(...groupLines(group, widths, options));
  });
  return lines;
}

function groupLines(group: TaskGroupDiff, outer: Widths, options: DiffOptions): string[] {
  const { text, fill } = marked(group, outer);
  const spec = options.job?.TaskGroups?.find((one) => one.Name === group.Name);
  const added = group.Type === 'Added';
  const fields = placedFields(added ? writtenFields(group.Fields) : (group.Fields ?? []), options);
  const objects = added
    ? writtenObjects(group.Objects, { ...spec, Update: spec?.Update ?? options.job?.Update })
    : (group.Objects ?? []);
  const tasks = group.Tasks ?? [];
  const widths = widthsOf(fields, objects, tasks);
  const counts = options.counts === false || options.placed === false ? null : group.Updates;
  const lines = [`${text}Task Group: ${quoted(group.Name)}${updates(counts)}`];
  if (group.Type === 'Edited' || added) lines.push(...bodyLines(fields, objects, widths, fill + 2));
  for (const task of tasks) {
    const given = spec?.Tasks?.find((one) => one.Name === task.Name);
    lines.push(...taskLines(task, widths, fill + 2, { ...options, given }));
  }
  return lines;
}

function placedFields(fields: readonly FieldDiff[], { placed }: DiffOptions): readonly FieldDiff[] {
  return placed === false ? fields.map((field) => ({ ...field, Annotations: null })) : fields;
}

function updates(counts: Record<string, number> | null): string {
  const sorted = Object.entries(counts ?? {})
    .filter(([, count]) => isCount(count))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? '' : ` (${sorted.map(([label, count]) => `${String(count)} ${label}`).join(', ')})`;
}

function taskLines(
  task: TaskDiff,
  outer: Widths,
  indent: number,
  { placed, given }: DiffOptions & { readonly given: Task | undefined },
): string[] {
  const { text } = marked(task, outer);
  const words = placed === false ? null : task.Annotations;
  const line = `${' '.repeat(indent)}${text}Task: ${quoted(task.Name)}${annotations(words)}`;
  const added = task.Type === 'Added';
  if (task.Type !== 'Edited' && !added) return [line];
  const fields = added ? writtenFields(task.Fields) : (task.Fields ?? []);
  const objects = added ? writtenObjects(task.Objects, given) : (task.Objects ?? []);
  return [line, ...bodyLines(fields, objects, widthsOf(fields, objects), indent + 2)];
}

function annotations(words: readonly string[] | null | undefined): string {
  return words && words.length > 0 ? ` (${words.join(', ')})` : '';
}

function bodyLines(
  fields: readonly FieldDiff[],
  objects: readonly ObjectDiff[],
  widths: Widths,
  indent: number,
  name = '',
): string[] {
  return [
    ...fields.flatMap((field) => fieldLines(field, widths, indent, name)),
    ...objects.flatMap((object) => objectLines(object, widths, indent)),
  ];
}

function objectLines(object: ObjectDiff, outer: Widths, indent: number): string[] {
  const { text, fill } = marked(object, outer);
  const fields = object.Fields ?? [];
  const objects = object.Objects ?? [];
  const widths = widthsOf(fields, objects);
  const name = indent + markerOf(object).length + fill;
  // Names inside a block are indented by two from its name, whatever markers there are; its closing brace is right
  // below its name.
  const inner = bodyLines(fields, objects, widths, name + 2 - Math.min(widths.marker, name + 2), object.Name);
  return [`${' '.repeat(indent)}${text}${object.Name} {`, ...inner, `${' '.repeat(name)}}`];
}

function fieldLines(field: FieldDiff, widths: Widths, indent: number, object: string): string[] {
  const start = `${' '.repeat(indent)}${marked(field, widths).text}${field.Name}:`;
  if (field.Type !== 'None' && [field.Old, field.New].some((value) => value.trimEnd().includes('\n'))) {
    const inner = ' '.repeat(indent + widths.marker + 2);
    const lines = lineDiff(field.Old, field.New);
    const shown = field.Type === 'Added' ? shortened(lines) : lines;
    return [start + annotations(field.Annotations), ...shown.map((line) => inner + line)];
  }
  const gap = ' '.repeat(1 + Math.max(0, widths.name - field.Name.length));
  return [start + gap + valueOf(field, object) + annotations(field.Annotations)];
}

function valueOf({ Type, Name, Old, New }: FieldDiff, object: string): string {
  const shown = (value: string) => quoted(readable(value, Name, object));
  if (Type === 'Deleted') return shown(Old);
  return Type === 'Edited' ? `${shown(Old)} => ${shown(New)}` : shown(New);
}
