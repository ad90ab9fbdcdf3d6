/** A place in a file that a line names. */
export interface FilePlace {
  /** Where it stands in the line. */
  readonly start: number;
  readonly end: number;
  /** As the line has it, with slashes: `src/app.ts`, `/build/src/app.ts`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number | undefined;
}

/** `src/app.ts:12`, `/build/app.go:12:5`, `app.py", line 12`, `(App.java:12)`, `C:\app\main.cs:line 12`. */
const place =
  /(?<![\w.@~+/\\-])((?:[A-Za-z]:)?[\w@.~+/\\-]*[\w~+-]\.[A-Za-z]\w{0,7})(?:"?, line |:line |:|\()(\d{1,7})(?:[:,](\d{1,5}))?/gu;

/** Reading longer lines to their end would hold the window up. */
const longest = 4000;

/** The places in files that a line names. What looks like one may be an address: whoever opens it has to see whether it is there. */
export function filePlaces(text: string): readonly FilePlace[] {
  return [...text.slice(0, longest).matchAll(place)].flatMap((match) => {
    const [whole, path = '', line = '', column] = match;
    const before = text.slice(0, match.index);
    // An address of the web. A version has digits alone behind its last dot, where the pattern wants letters.
    if (path.startsWith('//') && before.endsWith(':')) return [];
    return [
      {
        ...{ start: match.index, end: match.index + whole.length, path: path.replaceAll('\\', '/') },
        ...{ line: Number(line), column: column === undefined ? undefined : Number(column) },
      },
    ];
  });
}

/** How many of their last folders two paths have in common, the name included; 0 where the names differ. */
export function commonEnd(one: string, other: string): number {
  const [a, b] = [one, other].map((path) =>
    path
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .reverse(),
  );
  let count = 0;
  while (a?.[count] !== undefined && a[count] === b?.[count]) count += 1;
  return count;
}
