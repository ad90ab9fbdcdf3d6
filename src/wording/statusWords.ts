/** What a state means to a person; each has an icon and a colour. */
export type Tone =
  | 'good'
  | 'deploying'
  | 'attention'
  | 'warning'
  | 'pending'
  | 'blocked'
  | 'bad'
  | 'done'
  | 'stopped'
  | 'paused'
  | 'unknown';

/** The state of one row. */
export interface Status {
  /** One or two words; Nomad's own where it has one. */
  readonly word: string;
  readonly tone: Tone;
  /** For sorting: problems first. */
  readonly rank: number;
  /** What there is to say, what is wrong first, since a narrow view cuts the end; the numbers after it. */
  readonly parts: readonly string[];
  /** The parts as the description of a row: `degraded · 1 failed · exit 1 · 2/3 running`. */
  readonly detail: string;
}

/** Something to say, or nothing. */
export type Part = string | undefined;

export const ranks: Readonly<Record<Tone, number>> = {
  bad: 0,
  blocked: 1,
  attention: 2,
  warning: 3,
  unknown: 4,
  paused: 5,
  deploying: 6,
  pending: 7,
  good: 8,
  done: 9,
  stopped: 10,
};

export function status(tone: Tone, word: string, parts: readonly Part[] = [word]): Status {
  const said = withoutEmpty(parts);
  return { word, tone, rank: ranks[tone], parts: said, detail: joined(said) };
}

/** Whether the parts already say the word, so that it need not be shown beside them. */
export function saysItsWord({ word, parts }: Pick<Status, 'word' | 'parts'>): boolean {
  return parts.some((part) => part.startsWith(word));
}

/** All there is to say: the word, where the parts don't say it, and the parts. */
export function inWords(status: Status): string {
  return joined([saysItsWord(status) ? '' : status.word, ...status.parts]);
}

/** True for what a person should look at: failed, blocked, degraded, or in need of a decision. */
export function isProblem({ tone }: Status): boolean {
  return tone === 'bad' || tone === 'blocked' || tone === 'attention' || tone === 'warning';
}

/** Those parts that say something. */
export function withoutEmpty(parts: readonly Part[]): readonly string[] {
  return parts.filter((part): part is string => part !== undefined && part !== '');
}

/** Parts as one text, as rows and lists show them: `web · default`; empty ones are left out. */
export function joined(parts: readonly Part[]): string {
  return withoutEmpty(parts).join(' · ');
}

export function version(number: number | undefined): string | undefined {
  return number === undefined ? undefined : `v${String(number)}`;
}

/** `2/3` */
export function of(count: number, total: number): string {
  return `${String(count)}/${String(total)}`;
}

/** `1 restarting`, and nothing for none. */
export function some(count: number, what: string): string | undefined {
  return count > 0 ? `${String(count)} ${what}` : undefined;
}

/** `failed: exit 1`, or the word alone. */
export function because(word: string, reason: string | undefined): string {
  return reason === undefined || reason === '' ? word : `${word}: ${reason}`;
}
