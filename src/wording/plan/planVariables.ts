import { printable } from '../../base/plain.ts';
import { quoted } from '../quoted.ts';

/** A variable of a jobspec as a plan names it. */
export interface ShownVariable {
  readonly name: string;
  /** On one line, and masked where it may be a secret; undefined where it is not to be shown at all. */
  readonly value?: string | undefined;
  /** Where the value is from; `default` where the jobspec itself gives it. */
  readonly from?: string | undefined;
}

const longest = 60;

/** `env="prod", replicas=3, api_token=••••••`: what was given, by name; long values are cut. */
export function variablesLine(variables: readonly ShownVariable[]): string {
  return variables
    .filter(({ from }) => from !== 'default')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value }) => (value === undefined ? name : `${name}=${shown(value)}`))
    .join(', ');
}

/** HCL already, so only what would break out of the line is written out. */
function shown(value: string): string {
  const cut = value.length > longest ? `${value.slice(0, longest)}…` : value;
  return printable(cut) === cut ? cut : quoted(cut);
}
