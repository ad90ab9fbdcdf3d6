/** Lines `from` up to `to`, without it, become `lines`. */
export interface LineEdit {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** Longer middles are replaced as a whole. */
const mostPairs = 250_000;

/**
 * How `before` becomes `after` with as few lines touched as that takes, from top to bottom: what stays keeps its selection,
 * its folding and its place on the screen.
 */
export function lineEdits(before: readonly string[], after: readonly string[]): LineEdit[] {
  let top = 0;
  while (top < before.length && top < after.length && before[top] === after[top]) top += 1;
  let [a, b] = [before.length, after.length];
  while (a > top && b > top && before[a - 1] === after[b - 1]) [a, b] = [a - 1, b - 1];
  if (a === top && b === top) return [];
  if (a - top === b - top) return sameCount(before.slice(top, a), after.slice(top, b), top);
  if ((a - top) * (b - top) > mostPairs) return [{ from: top, to: a, lines: after.slice(top, b) }];
  return differing(before.slice(top, a), after.slice(top, b), top);
}

/** As many lines as before, so each is taken to be what its line has become. */
function sameCount(before: readonly string[], after: readonly string[], top: number): LineEdit[] {
  return before.flatMap((line, at) =>
    line === after[at] ? [] : [{ from: top + at, to: top + at + 1, lines: [after[at] ?? ''] }],
  );
}

/** By the longest common subsequence. */
function differing(before: readonly string[], after: readonly string[], top: number): LineEdit[] {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const edits: LineEdit[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      [i, j] = [i + 1, j + 1];
      continue;
    }
    const [from, first] = [i, j];
    while (
      (i < before.length || j < after.length) &&
      (i >= before.length || j >= after.length || before[i] !== after[j])
    ) {
      if (i < before.length && (j >= after.length || at(i + 1, j) >= at(i, j + 1))) i += 1;
      else j += 1;
    }
    edits.push({ from: top + from, to: top + i, lines: after.slice(first, j) });
  }
  return edits;
}

/** The part of a line that becomes another: from `start` up to `end`, without it. */
export interface PartEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What of a line changes, without what its beginning and its end have in common with it. */
export function partEdit(before: string, after: string): PartEdit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}
