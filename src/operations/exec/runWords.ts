import type { CommandResult } from './runCommand.ts';
import { sentenceOf } from './sessionEnd.ts';

type Failed = Extract<CommandResult['end'], { readonly kind: 'failed' }>;

/** Why a command has no exit code, in a sentence without its full stop. */
export function refusalSentence({ error, ending }: Failed, task: string, program = 'The command'): string {
  const namespace = ending.aftermath?.allocation?.Namespace ?? 'its namespace';
  const node = ending.aftermath?.allocation?.NodeName ?? 'of the allocation';
  return sentenceOf({ error, task, shell: program, namespace, node, aftermath: ending.aftermath });
}

/** `exit code 3`, or why there is none. */
export function endWords({ end }: CommandResult, task: string, program?: string): string {
  if (end.kind === 'exited') return `exit code ${String(end.exitCode)}`;
  if (end.kind === 'failed') return refusalSentence(end, task, program);
  return end.started ? 'left before it ended, so it may still run' : 'left before it was started';
}
