import type { DiffType, FieldDiff, JobDiff, ObjectDiff, TaskDiff, TaskGroupDiff } from '../nomad/types/job.ts';
import { lineDiff } from './lineDiff.ts';
import { readable } from './planDuration.ts';
import { quoted } from './quoted.ts';

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

/** The marker with what fills it up, and how much that is. */
function marked(entry: Marked, widths: Widths): { text: string; fill: number } {
  const marker = markerOf(entry);
  const fill = Math.max(0, widths.marker - marker.length);
  return { text: marker + ' '.repeat(fill), fill };
}

function widthsOf(fields: readonly FieldDiff[], ...others: readonly (readonly Marked[])[]): Widths {
  const marker = [...fields, ...others.flat()].reduce((widest, entry) => Math.max(widest, markerOf(entry).length), 0);
  return { marker, name: fields.reduce((widest, field) => Math.max(widest, field.Name.length), 0) };
}

/**
 * A difference between two versions of a job as lines, in the form that Nomad's own command line prints it, but for
 * texts of several lines, which are compared line by line, and durations, which read as in a jobspec.
 */
export function diffLines(diff: JobDiff): string[] {
  const groups = [...(diff.TaskGroups ?? [])];
  const fields = diff.Fields ?? [];
  const objects = diff.Objects ?? [];
  const widths = widthsOf(fields, objects, groups);
  const lines = [`${markerOf(diff)}Job: ${quoted(diff.ID)}`];
  if (diff.Type === 'Edited') lines.push(...bodyLines(fields, objects, widths, 0));
  groups.forEach((group, at) => {
    if (at > 0) lines.push('');
    lines.push(...groupLines(group, widths));
  });
  return lines;
}

function groupLines(group: TaskGroupDiff, outer: Widths): string[] {
  const { text, fill } = marked(group, outer);
  const fields = group.Fields ?? [];
  const objects = group.Objects ?? [];
  const tasks = group.Tasks ?? [];
  const widths = widthsOf(fields, objects, tasks);
  const lines = [`${text}Task Group: ${quoted(group.Name)}${updates(group.Updates)}`];
  if (group.Type === 'Edited') lines.push(...bodyLines(fields, objects, widths, fill + 2));
  for (const task of tasks) lines.push(...taskLines(task, widths, fill + 2));
  return lines;
}

function updates(counts: Record<string, number> | null): string {
  const sorted = Object.entries(counts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? '' : ` (${sorted.map(([label, count]) => `${String(count)} ${label}`).join(', ')})`;
}

function taskLines(task: TaskDiff, outer: Widths, indent: number): string[] {
  const { text } = marked(task, outer);
  const line = `${' '.repeat(indent)}${text}Task: ${quoted(task.Name)}${annotations(task.Annotations)}`;
  if (task.Type !== 'Edited') return [line];
  const fields = task.Fields ?? [];
  const objects = task.Objects ?? [];
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
  const inner = bodyLines(fields, objects, widthsOf(fields, objects), indent + fill + 2, object.Name);
  const end = ' '.repeat(indent + markerOf(object).length + fill);
  return [`${' '.repeat(indent)}${text}${object.Name} {`, ...inner, `${end}}`];
}

function fieldLines(field: FieldDiff, widths: Widths, indent: number, object: string): string[] {
  const start = `${' '.repeat(indent)}${marked(field, widths).text}${field.Name}:`;
  if (field.Type !== 'None' && [field.Old, field.New].some((value) => value.trimEnd().includes('\n'))) {
    const inner = ' '.repeat(indent + widths.marker + 2);
    return [start + annotations(field.Annotations), ...lineDiff(field.Old, field.New).map((line) => inner + line)];
  }
  const gap = ' '.repeat(1 + Math.max(0, widths.name - field.Name.length));
  return [start + gap + valueOf(field, object) + annotations(field.Annotations)];
}

function valueOf({ Type, Name, Old, New }: FieldDiff, object: string): string {
  const shown = (value: string) => quoted(readable(value, Name, object));
  if (Type === 'Deleted') return shown(Old);
  return Type === 'Edited' ? `${shown(Old)} => ${shown(New)}` : shown(New);
}
