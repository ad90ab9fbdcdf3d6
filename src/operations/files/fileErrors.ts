import { isNomadError } from '../../nomad/http/errors.ts';

/** What a refusal means for the one who follows a file. */
export type FileVerdict =
  | 'denied'
  /** The allocation's directory is not there any more. */
  | 'collected'
  /** It will not pass. */
  | 'failed'
  /** The file is not there now. */
  | 'wait'
  /** The way to it is broken; it may pass. */
  | 'lost';

/** What Nomad, or the system of the node, says of a file itself: with a status that stands for any failure. */
const ofTheFile =
  /file prohibited: |: (?:permission denied|not a directory|access is denied\.?)$|too many (?:links|levels)/i;

/** What Nomad's refusal of a file means. `words` are those of the error. */
export function fileVerdict(error: unknown, words: string): FileVerdict {
  if (isNomadError(error, 'denied')) return 'denied';
  if (/no path to (?:node|region)|node is down|no cluster leader/i.test(words)) return 'lost';
  if (isGone(error)) return 'collected';
  if (isMissing(words)) return 'wait';
  if (ofTheFile.test(words)) return 'failed';
  return isNomadError(error, 'rejected', 'unsupported') ? 'failed' : 'lost';
}

/** True for the words of Linux and of Windows for a file that is not there. */
export function isMissing(words: string): boolean {
  return /no such file or directory|cannot find the (?:file|path)/i.test(words);
}

/** True for Nomad's words for an allocation whose directory is not there any more. */
export function isGone(error: unknown): boolean {
  return isNomadError(error) && /unknown allocation|^state for allocation .* not found/i.test(error.body ?? '');
}
