import { printable } from '../base/plain.ts';
import { commands } from './contributions.ts';
import { shortened } from './words.ts';

/** The parts of a client's error that a person can be told; a shape of its own, so that this room needs no client. */
interface ServerFailure {
  readonly kind: string;
  readonly message: string;
  /** The server's own words. */
  readonly body?: string | undefined;
}

const longestWords = 400;

/** `Could not promote web on host:4646: Task group "app" has 0/1 healthy allocations`. One line, no secret. */
export function failureSentence(error: unknown, doing: { what: string; cluster?: string | undefined }): string {
  const where = doing.cluster === undefined ? '' : ` on ${doing.cluster}`;
  const cause = shortened(inOneLine(causeOf(error)), longestWords);
  return `Could not ${printable(doing.what)}${where}: ${cause}`;
}

/** The cause alone: Nomad's words where it said any. */
export function causeOf(error: unknown): string {
  const failure = serverFailure(error);
  if (failure === undefined) return error instanceof Error ? error.message : 'the reason is not known';
  const words = failure.body?.trim() ?? '';
  // A page of HTML or a network failure has no words of Nomad's; the message tells those in plain ones.
  const speaks = ['denied', 'noLeader', 'notFound', 'conflict', 'rejected', 'server', 'tooManyRequests', 'closed'];
  return words !== '' && speaks.includes(failure.kind) ? words : failure.message;
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
export function inOneLine(text: string): string {
  const items = [...text.matchAll(/^\s*\* (.+)$/gm)].map((match) => match[1]?.trim() ?? '');
  const line = items.length > 0 ? items.join('; ') : text;
  return printable(line).replace(/\s+/g, ' ').trim();
}

function serverFailure(error: unknown): ServerFailure | undefined {
  return error instanceof Error && error.name === 'NomadError' ? (error as unknown as ServerFailure) : undefined;
}
