declare const isPlain: unique symbol;
declare const isLabel: unique symbol;

/** One line of text in which nothing is a link to VS Code: for messages, titles and placeholders. Made by {@link plain}. */
export type Plain = string & { readonly [isPlain]: true };

/**
 * One line of text in which nothing is a link or an icon: for lists, prompts, the status bar and names of terminals, where
 * `$(name)` would be drawn. Made by {@link label}.
 */
export type Label = string & { readonly [isLabel]: true };

/** What colours a terminal, moves its cursor or renames its window: as a whole, so that no `[31m` is left of it. */
const terminalSequences =
  // eslint-disable-next-line no-control-regex -- finding them is the point
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)/gu;

/** Line ends, tabs and the like: they separate words, so a space takes their place. */
const separators = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;

/**
 * Other control characters, what can't be seen, and the marks that turn the reading direction of what follows. A joiner
 * between two letters or emoji stays: scripts need it.
 */
const unseen =
  // eslint-disable-next-line no-control-regex -- finding them is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** VS Code turns `[text](scheme:…)` into a link, and with `command:` into one that runs something. */
const linkStart = /\](?=\([\s]*[a-z][a-z0-9+.-]*:)/giu;

const icon = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/gu;

/** Nearly all texts have only these characters, and can skip the search. */
const harmless = /^[ -~]*$/;

/**
 * Text from outside as one line that can be seen whole and reads in one direction. Whatever shows such text starts from
 * this, and adds what its place needs.
 */
export function printable(text: string): string {
  if (harmless.test(text)) return text;
  return text.replace(terminalSequences, '').replace(separators, ' ').replace(unseen, '');
}

/** The same for use within one of our sentences: trimmed, with every run of white space as one space. */
export function inOneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

/** A name from outside as a part of a path, and so as the title of an editor, that still reads as what it stands for. */
export function fileName(text: string): string {
  return printable(text)
    .replace(/[/\\:*?"<>|]+/g, '∕')
    .replace(/^\.+$/, '_');
}

/** Text from outside for a place that would make links of it; those stay readable, and are none. */
export function plain(text: string): Plain {
  return printable(text).replace(linkStart, '] ') as Plain;
}

/** Text from outside for a place that would make links or icons of it. */
export function label(text: string): Label {
  // Only what would become an icon is escaped, since a stray backslash would show.
  return plain(text).replace(icon, '\\$&') as Label;
}
