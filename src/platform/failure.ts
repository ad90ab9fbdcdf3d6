import { isCancelled } from '../base/cancel.ts';
import { placeOfFault } from '../base/log.ts';
import { inOneLine, printable } from '../base/plain.ts';
import { isAttemptError } from './attempt.ts';
import type { Attempted } from './attempt.ts';
import { commands } from './contributions.ts';
import { shortened } from './words.ts';

/** The parts of a client's error that a person can be told; a shape of its own, so that this room needs no client. */
interface ServerFailure {
  readonly kind: string;
  readonly message: string;
  /** The server's own words. */
  readonly body?: string | undefined;
}

/** What was being done when something failed: `promote web`, and on which cluster. */
export interface Doing {
  readonly what: string;
  /** Before the name of the cluster; `on` where undefined. */
  readonly joint?: string | undefined;
  readonly cluster?: string | undefined;
}

const longestWords = 400;

/** `Could not promote web on host:4646: Task group "app" has 0/1 healthy allocations`. One line, no secret. */
export function failureSentence(error: unknown, doing: Doing): string {
  const attempted = isAttemptError(error) ? error.attempted : undefined;
  const what = attempted?.what ?? doing.what;
  const where = doing.cluster === undefined ? '' : ` ${doing.joint ?? 'on'} ${doing.cluster}`;
  const cause = shortened(listInOneLine(causeOf(error)), longestWords);
  return `Could not ${printable(what)}${where}: ${cause}${missing(error, attempted)}`;
}

/** What the token lacks, where that is why. */
function missing(error: unknown, attempted: Attempted | undefined): string {
  if (attempted?.needs === undefined || serverFailure(error)?.kind !== 'denied') return '';
  const { capability, namespace } = attempted.needs;
  const within = namespace === undefined ? '' : ` in namespace ${printable(namespace)}`;
  return `. The token needs ${capability}${within}`;
}

/** The cause alone: Nomad's words where it said any. */
export function causeOf(error: unknown): string {
  const failure = serverFailure(error);
  if (failure === undefined) return ownCause(error);
  const words = failure.body?.trim() ?? '';
  // A page of HTML or a network failure has no words of Nomad's; the message tells those in plain ones.
  const speaks = ['denied', 'noLeader', 'notFound', 'conflict', 'rejected', 'server', 'tooManyRequests', 'closed'];
  return words !== '' && speaks.includes(failure.kind) ? words : failure.message;
}

/** Details of a fault of ours are for the log; the person only learns that it is not their fault. */
function ownCause(error: unknown): string {
  return error instanceof Error && !isUnexpected(error)
    ? error.message
    : 'an unexpected error in the extension; the log says more';
}

/** Errors whose messages are sentences for people, by name, so that it holds across bundles. */
const told: ReadonlySet<string> = new Set([
  'NomadError',
  'AttemptError',
  'UserError',
  'NothingToDo',
  'JobspecProblemError',
]);

/** True for anything thrown that is neither meant for a person nor a cancellation. */
export function isUnexpected(error: unknown): boolean {
  return !isCancelled(error) && !(error instanceof Error && told.has(error.name));
}

/** For the log: the cause, and of a fault of ours also what it was and where. */
export function causeForLog(error: unknown): string {
  return isUnexpected(error) ? `${causeOf(error)}\n${placeOfFault(error)}` : causeOf(error);
}

/** What a person can do next, as commands that exist whatever the state. */
export function wayOut(error: unknown): readonly { title: string; command: string }[] {
  switch (serverFailure(error)?.kind) {
    case 'denied':
      return [{ title: 'Set token', command: commands.setToken }];
    case 'address':
    case 'dns':
    case 'notNomad':
      return [{ title: 'Change the address', command: commands.connect }];
    default:
      return [];
  }
}

/** Nomad writes several errors or warnings as a list over lines; a pop-up has one. */
export function listInOneLine(text: string): string {
  const items = [...text.matchAll(/^\s*\* (.+)$/gm)].map((match) => match[1]?.trim() ?? '');
  const line = items.length > 0 ? items.join('; ') : text;
  return inOneLine(line);
}

function serverFailure(thrown: unknown): ServerFailure | undefined {
  const error = isAttemptError(thrown) ? thrown.cause : thrown;
  return error instanceof Error && error.name === 'NomadError' ? (error as unknown as ServerFailure) : undefined;
}
