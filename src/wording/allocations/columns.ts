/** Longer cells are not padded to, lest one of them push all others to the right. */
const widest = 40;

/**
 * Rows of cells as lines, each column as wide as its cells; what follows the last filled cell is left out.
 *
 * @param least how wide a column is at least, so that one row more doesn't move all others
 */
export function columns(rows: readonly (readonly string[])[], least: readonly number[] = []): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.min(widest, Math.max(least[at] ?? 0, ...rows.map((row) => row[at]?.length ?? 0))),
  );
  const used = widths.map((width, at) => ({ width, at })).filter(({ width }) => width > 0);
  return rows.map((row) =>
    used
      .map(({ width, at }) => (row[at] ?? '').padEnd(width))
      .join('  ')
      .trimEnd(),
  );
}
