/** Unchanged lines that are shown around a change. */
const context = 3;
/** Texts with more pairs of lines than this are shown as replaced whole. */
const maxPairs = 1_000_000;

/** Two texts line by line: `- ` before what goes, `+ ` before what comes, two spaces before what stays. */
export function lineDiff(before: string, after: string): string[] {
  const a = linesOf(before);
  const b = linesOf(after);
  if (a.length * b.length > maxPairs) return [...a.map((line) => `- ${line}`), ...b.map((line) => `+ ${line}`)];
  return withoutFarContext(compare(a, b));
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  return text.replace(/\n$/, '').split('\n');
}

/** The longest common subsequence, by the lengths of those of all pairs of ends. */
function compare(a: readonly string[], b: readonly string[]): string[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(`  ${a[i] ?? ''}`);
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(`- ${a[i] ?? ''}`);
      i += 1;
    } else {
      lines.push(`+ ${b[j] ?? ''}`);
      j += 1;
    }
  }
  return lines;
}

function withoutFarContext(lines: readonly string[]): string[] {
  const changed = lines.map((line) => !line.startsWith('  '));
  const near = lines.map((_, at) => changed.slice(Math.max(0, at - context), at + context + 1).includes(true));
  const kept: string[] = [];
  lines.forEach((line, at) => {
    if (near[at] === true) kept.push(line);
    else if (at === 0 || near[at - 1] === true) kept.push('  …');
  });
  return kept;
}
