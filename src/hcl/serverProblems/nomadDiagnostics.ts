import { noFiles } from '../syntax/fileCalls.ts';
import { findVariable, jobHeaderRange } from '../syntax/headers.ts';
import type { HclProblem } from '../problem.ts';
import { contains, TextLines } from '../syntax/text.ts';
import type { TextPosition, TextRange } from '../syntax/text.ts';

const prefix = 'Failed to parse job: ';
const variablesPrefix = 'unable to parse var content: ';

/** One diagnostic as printed: where, then what. */
interface Item {
  readonly place?: Place;
  readonly summary: string;
  readonly detail: string;
  readonly origin: HclProblem['origin'];
}

/** One-based; columns count what a reader would call characters (grapheme clusters), the end is exclusive. */
interface Place {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The texts the places of diagnostics are in. */
interface Source {
  readonly text: string;
  readonly lines: TextLines;
  readonly variables: TextLines;
}

/**
 * Turns the body of a refused parse request (400, `POST /v1/jobs/parse`) into problems.
 *
 * @param text the jobspec that was sent
 * @param variables the variables text that was sent with it; the server gives places in it under the jobspec's name
 * @returns nothing when the body isn't about the text (a malformed request, a proxy's page)
 */
export function parseNomadDiagnostics(body: string, text: string, variables = ''): HclProblem[] {
  const about = aboutTheText(body.trim());
  if (about === undefined) return [];
  const source: Source = { text, lines: new TextLines(text), variables: new TextLines(variables) };
  const legacy = legacyProblems(about, source);
  if (legacy !== undefined) return legacy;
  const items = readItems(about);
  return withoutEchoes(items.map((item) => ({ item, problem: problemOf(item, source) })));
}

function aboutTheText(body: string): string | undefined {
  if (body.startsWith(prefix)) return body.slice(prefix.length);
  return body === 'Job spec is empty' || body.startsWith('error parsing') ? body : undefined;
}

/** Splits at line breaks that a place follows: a detail may itself have several lines, and name places in them. */
function readItems(about: string): Item[] {
  const isVariables = about.startsWith(variablesPrefix);
  const list = isVariables ? about.slice(variablesPrefix.length) : about;
  const others = /, and (\d+) other diagnostic\(s\)$/.exec(list);
  const printed = others === null ? list : list.slice(0, others.index);
  return printed.split(/\n(?=<nil>: |input\.hcl:\d+,\d+-)/).map((text, index) => {
    const item = readItem(text, isVariables);
    if (others === null || index > 0) return item;
    const count = Number(others[1]);
    const more = count === 1 ? 'Nomad found 1 more problem.' : `Nomad found ${String(count)} more problems.`;
    return { ...item, detail: `${item.detail}\n${more}`.trimStart() };
  });
}

function readItem(text: string, isVariables: boolean): Item {
  const match = /^(?:input\.hcl:(\d+),(\d+)-(?:(\d+),)?(\d+)|<nil>): ([^;]*); ?([\s\S]*)$/.exec(text);
  if (match === null) return { summary: text.trim(), detail: '', origin: isVariables ? 'variables' : 'jobspec' };
  const [, startLine, startColumn, endLine, endColumn, summary = '', detail = ''] = match;
  const inVariables =
    isVariables ||
    /^Invalid value for (?:varfile )?variable$/.test(summary) ||
    summary === 'Variable declaration in a .var file';
  const place =
    startLine === undefined ? undefined : { startLine, startColumn, endLine: endLine ?? startLine, endColumn };
  return {
    summary: summary.trim(),
    detail: detail.trim(),
    origin: inVariables ? 'variables' : 'jobspec',
    ...(place === undefined
      ? {}
      : {
          place: {
            startLine: Number(place.startLine),
            startColumn: Number(place.startColumn),
            endLine: Number(place.endLine),
            endColumn: Number(place.endColumn),
          },
        }),
  };
}

function problemOf(item: Item, source: Source): HclProblem {
  const message = messageOf(item);
  if (item.origin === 'jobspec') {
    return { range: item.place ? rangeOf(item.place, source.lines) : guess(item, source), message, origin: 'jobspec' };
  }
  if (item.place === undefined) return { range: guess(item, source), message, origin: 'variables' };
  const variablesRange = rangeOf(item.place, source.variables);
  const name =
    /^The value for (\S+) is not/.exec(item.detail)?.[1] ?? assignedAt(source.variables, variablesRange.start);
  const declared = name === undefined ? undefined : findVariable(source.text, name, source.lines);
  const range = declared?.nameRange ?? jobHeaderRange(source.text, source.lines);
  return { range, message, origin: 'variables', variablesRange };
}

/** The user has no `input.hcl`: that is what the server calls the text it was sent. */
function messageOf({ summary, detail }: Item): string {
  const known = detail.replace(/input\.hcl:(\d+),\d+-(?:\d+,)?\d+/g, 'line $1');
  const hint = /filesystem functions? disabled/.test(known) ? ` ${noFiles}` : '';
  return known === '' ? summary : `${summary}: ${known}${hint}`;
}

/** The name on the left of the assignment that a place in a variables text belongs to. */
function assignedAt(variables: TextLines, { line }: TextPosition): string | undefined {
  for (let at = line; at >= 0; at--) {
    const name = /^\s*"?([^\s"=:]+)"?\s*[=:]/.exec(variables.line(at))?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

/** A place for what the server gives none for. */
function guess({ summary }: Item, { text, lines }: Source): TextRange {
  const variable = /^Unset variable "(.+)"$/.exec(summary)?.[1];
  const declared = variable === undefined ? undefined : findVariable(text, variable, lines);
  return declared?.nameRange ?? jobHeaderRange(text, lines);
}

function rangeOf(place: Place, lines: TextLines): TextRange {
  const start = positionAt(lines, place.startLine, place.startColumn);
  const end = positionAt(lines, place.endLine, place.endColumn);
  return { start, end };
}

/** A place behind the end of its line, or of the text, is moved there. */
function positionAt(lines: TextLines, line: number, column: number): TextPosition {
  const last = lines.count - 1;
  if (line - 1 > last) return { line: last, character: lines.line(last).length };
  const at = Math.max(0, line - 1);
  return { line: at, character: unitsBefore(lines.line(at), column - 1) };
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many UTF-16 units the first `count` grapheme clusters of a line take. */
function unitsBefore(line: string, count: number): number {
  // In plain text the two are the same; the segmenter is slow and lines can be long.
  const plain = /[^\x20-\x7e\t]/.exec(line)?.index ?? line.length;
  if (count < plain) return Math.max(0, count);
  if (plain === line.length) return line.length;
  let seen = 0;
  for (const { index } of graphemes.segment(line)) {
    if (seen === count) return index;
    seen++;
  }
  return line.length;
}

/** A value that can't be worked out is reported again for the whole expression around it, which tells nothing new. */
function withoutEchoes(all: { readonly item: Item; readonly problem: HclProblem }[]): HclProblem[] {
  const isEcho = ({ item }: { readonly item: Item }) => item.detail.includes('value must be known');
  return all
    .filter((one) => {
      const inside = all.some(
        (other) => !isEcho(other) && other.item.place !== undefined && contains(one.problem.range, other.problem.range),
      );
      return !(isEcho(one) && inside);
    })
    .map(({ problem }) => problem);
}

/** Errors of the older HCL language (up to Nomad 1.8), which have no places but name the key. */
function legacyProblems(about: string, { text, lines }: Source): HclProblem[] | undefined {
  if (!about.startsWith('error parsing')) return undefined;
  const bullets = about.split('\n').flatMap((line) => /^\s*\*\s+(.+)$/.exec(line)?.[1] ?? []);
  return (bullets.length > 0 ? bullets : [about]).map((message) => {
    const key = /invalid key: (\S+)$/.exec(message)?.[1];
    return { range: findKey(lines, key) ?? jobHeaderRange(text, lines), message, origin: 'jobspec' };
  });
}

function findKey(lines: TextLines, key: string | undefined): TextRange | undefined {
  if (key === undefined) return undefined;
  for (let line = 0; line < lines.count; line++) {
    const word = /^\s*"?([\w.-]+)/.exec(lines.line(line));
    if (word?.[1] !== key) continue;
    const character = word[0].length - key.length;
    return { start: { line, character }, end: { line, character: character + key.length } };
  }
  return undefined;
}
