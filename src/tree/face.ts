import { printable } from '../base/plain.ts';
import { joined, saysItsWord, withoutEmpty } from '../wording/statusWords.ts';
import type { Status, Tone } from '../wording/statusWords.ts';
import type { RowSource } from './rows.ts';
import { plainLabel } from './text.ts';

/** How a row looks. All of it is plain text. */
export interface RowFace {
  readonly label: string;
  readonly description: string;
  /** Name of a codicon. */
  readonly icon: string | undefined;
  /** Id of a theme colour; the icon has the colour of text where undefined. */
  readonly color: string | undefined;
  /** Words that menus look for. */
  readonly contextValue: string;
  /** What a screen reader says. */
  readonly accessibleLabel: string;
  readonly collapsible: 'none' | 'collapsed';
}

const icons: Readonly<Record<Tone, readonly [icon: string, color?: string]>> = {
  good: ['pass', 'testing.iconPassed'],
  deploying: ['sync', 'charts.blue'],
  attention: ['milestone', 'charts.yellow'],
  warning: ['warning', 'charts.yellow'],
  pending: ['clock'],
  blocked: ['circle-slash', 'charts.orange'],
  bad: ['error', 'charts.red'],
  done: ['check', 'disabledForeground'],
  stopped: ['debug-stop', 'disabledForeground'],
  paused: ['debug-pause', 'charts.yellow'],
  unknown: ['question'],
};

/**
 * The face of a row that has a status.
 *
 * @param what before its name, for a screen reader
 * @param extra what stands after the status
 */
export function face(
  what: string,
  name: string,
  status: Status,
  contextValue: string,
  collapsible: RowFace['collapsible'],
  extra: readonly (string | undefined)[] = [],
): RowFace {
  const label = plainLabel(name);
  const [icon, color] = icons[status.tone];
  const parts = withoutEmpty([...status.parts, ...extra].map((part) => part && printable(part)));
  const word = saysItsWord(status) ? '' : printable(status.word);
  return {
    label,
    description: joined(parts),
    icon,
    color,
    contextValue,
    accessibleLabel: withoutEmpty([`${what} ${label}`.trimStart(), word, ...parts]).join(', '),
    collapsible,
  };
}

/** What a row says between the end of its object and the end of the row. */
export function goneFace(name: string): RowFace {
  const label = plainLabel(name);
  const accessibleLabel = `${label}, gone`;
  return {
    label,
    description: 'gone',
    icon: undefined,
    color: undefined,
    contextValue: 'gone',
    accessibleLabel,
    collapsible: 'none',
  };
}

/** The namespace where rows of several stand side by side; the default one goes without saying. */
export function namespaceOf(source: RowSource, record: { readonly namespace: string }): string | undefined {
  return source.namespace === '*' && record.namespace !== 'default' ? record.namespace : undefined;
}
