import { isNomadError } from '../../nomad/http/errors.ts';
import { clean } from '../../state/tables/wire.ts';
import type { TaskLife } from './taskLife.ts';

/** What a failure means for the one who follows a log. */
export type Verdict =
  /** The log is not there yet. */
  | 'wait'
  /** The files are gone with the allocation. */
  | 'collected'
  /** The task never wrote a log, and will not. */
  | 'none'
  | 'denied'
  /** It will not pass. */
  | 'failed'
  /** The way to it is broken; it may pass. */
  | 'lost';

const notStarted = /not started yet/i;
/** Logging may be switched off, or the client is about to make the file. */
const noFile = /^log entry for task .* not found/i;
const noAllocation = /unknown allocation|^state for allocation .* not found/i;
const noFolder = /^failed to (?:list entries|stream)/i;
const noTask = /^unknown task name/i;
const noWay = /no path to (?:node|region)|node is down|no cluster leader/i;

/** What Nomad's refusal of a log, in its many wordings, means for a task that stands like that. */
export function verdictOn(error: unknown, { phase }: TaskLife): Verdict {
  const words = wordsOf(error);
  const isOver = phase === 'over' || phase === 'gone';
  if (isNomadError(error, 'denied')) return 'denied';
  if (noWay.test(words)) return 'lost';
  if (notStarted.test(words)) return isOver ? 'none' : 'wait';
  if (noFile.test(words)) return isOver ? 'none' : 'wait';
  if (noAllocation.test(words)) return isOver || phase === 'unknown' ? 'collected' : 'wait';
  if (noFolder.test(words)) return isOver ? 'collected' : 'lost';
  if (noTask.test(words)) return phase === 'running' || isOver ? 'failed' : 'wait';
  return isNomadError(error, 'rejected', 'unsupported') ? 'failed' : 'lost';
}

/** Nomad's own words where there are any, else what the client says; one line, fit to be shown. */
export function wordsOf(error: unknown): string {
  if (!isNomadError(error)) return error instanceof Error ? clean(error.message) : '';
  const speaks = error.kind !== 'notNomad' && (error.body ?? '') !== '';
  return clean(speaks ? (error.body ?? '') : error.message).replace(/\.$/, '');
}
