/** A typed command as the words that are sent, or what is wrong with it. */
export type CommandLine =
  | { readonly words: readonly string[]; readonly wrong?: undefined }
  | { readonly words?: undefined; readonly wrong: string };

/** `C:\…`, `\\server\share`, `.\run`, `..\run`: there a backslash parts folders and escapes nothing. */
const windowsPath = /^(?:[A-Za-z]:\\|\\\\[\w.$-]+\\[^\\]|\.{1,2}\\)/;

/**
 * Reads a typed command as the words that a program is started with. Quotes hold words together, a backslash takes the
 * meaning from a quote, a space or another backslash; nothing else means anything, as there is no shell. Backslashes of
 * Windows paths stay.
 */
export function readCommandLine(text: string): CommandLine {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at >= text.length) break;
    const word = readWord(text, at);
    if (word === undefined) return { wrong: 'A quote is opened and not closed.' };
    words.push(word.value);
    at = word.end;
  }
  if (words.length === 0) return { wrong: 'Type a program and its arguments.' };
  const [program = ''] = words;
  if (program === '') return { wrong: 'The program has no name.' };
  // Its value may be a secret, and a program's name is shown and logged.
  if (/^[A-Za-z_]\w*=/.test(program))
    return { wrong: 'No shell reads it, so no variable is set: begin with env, as in env NAME=value program.' };
  return text.includes('\0') ? { wrong: 'A command can’t have a NUL in it.' } : { words };
}

interface Piece {
  readonly value: string;
  /** Where what follows begins. */
  readonly end: number;
}

function readWord(text: string, from: number): Piece | undefined {
  const escapes = !windowsPath.test(text.slice(from));
  let value = '';
  let at = from;
  while (at < text.length && !/\s/.test(text.charAt(at))) {
    const here = text.charAt(at);
    const next = text.charAt(at + 1);
    if (here === '"' || here === "'") {
      const quoted = here === "'" ? readSingle(text, at + 1) : readDouble(text, at + 1);
      if (quoted === undefined) return undefined;
      value += quoted.value;
      at = quoted.end;
    } else if (here === '\\' && escapes && /[\s"'\\]/.test(next)) {
      value += next;
      at += 2;
    } else {
      value += here;
      at += 1;
    }
  }
  return { value, end: at };
}

function readSingle(text: string, from: number): Piece | undefined {
  const end = text.indexOf("'", from);
  return end === -1 ? undefined : { value: text.slice(from, end), end: end + 1 };
}

function readDouble(text: string, from: number): Piece | undefined {
  const escapes = !windowsPath.test(text.slice(from));
  let value = '';
  for (let at = from; at < text.length; at += 1) {
    const here = text.charAt(at);
    if (here === '"') return { value, end: at + 1 };
    if (here === '\\' && escapes && /["\\]/.test(text.charAt(at + 1))) at += 1;
    value += text.charAt(at);
  }
  return undefined;
}
