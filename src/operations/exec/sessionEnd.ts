import { own } from '../../base/own.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { NomadError } from '../../nomad/http/errors.ts';
import type { TaskEvent } from '../../nomad/types/allocation.ts';
import type { Aftermath } from '../allocations.ts';

/** How a session ended that has no exit code. */
export interface SessionEnd {
  readonly error: NomadError;
  readonly task: string;
  readonly shell: string;
  readonly namespace: string;
  readonly node: string;
  readonly aftermath?: Aftermath | undefined;
}

const taskEnded =
  /plugin is shut down|client connection is closing|transport is closing|unexpected EOF|error reading from server/i;

/** True where the words of the server say no more than that the task is gone, so that why is worth a moment. */
export function needsCause(error: NomadError): boolean {
  const body = bodyOf(error);
  return taskEnded.test(body) || /is not running|not started yet|exec not possible/.test(body);
}

/** What Nomad said. The page of a proxy says nothing of the session; what it is, is in the message. */
function bodyOf(error: NomadError): string {
  const { body = '' } = error;
  return isNomadError(error, 'notNomad') ? '' : body.trim();
}

/** What happened, in a sentence without its full stop. */
export function sentenceOf(end: SessionEnd): string {
  const { error, task, aftermath } = end;
  const body = bodyOf(error);
  const cause = aftermath === undefined ? undefined : causeOf(aftermath, task);
  if (body === '') return cause ?? bare(error.message);
  if (taskEnded.test(body)) return cause ?? `The task ended or was restarted, which ended the session (${bare(body)})`;
  if (/is not running|not started yet|exec not possible/.test(body)) {
    return cause === undefined
      ? `Nothing can be run in task ${task}: ${bare(body)}`
      : `Task ${task} is not running: ${lower(cause)}`;
  }
  return known(end, body) ?? `Nomad ended the session: ${bare(body)}`;
}

function known({ error, shell, namespace, node, task }: SessionEnd, body: string): string | undefined {
  if (/^Unknown allocation|alloc(?:ation)? not found/i.test(body))
    return 'The allocation is no longer there: Nomad has removed it';
  if (isNomadError(error, 'denied')) {
    const right = `alloc-exec in namespace ${namespace} (and alloc-node-exec where the driver doesn't isolate tasks)`;
    return `The token may not do this: it needs ${right}. Nomad says: ${bare(body)}`;
  }
  if (/No path to node|Unknown node/.test(body)) return `Node ${node} can't be reached: ${bare(body)}`;
  if (/not supported/i.test(body)) return `The driver of task ${task} can't run commands in it: ${bare(body)}`;
  if (/^failed to (?:start|launch) command|exec failed/i.test(body))
    return `${shell} can't be started in task ${task}: ${bare(body)}`;
  return undefined;
}

/** Why a task isn't there any more, as far as the allocation tells. */
export function causeOf({ allocation, jobStopped }: Aftermath, task: string): string | undefined {
  if (allocation === null) return 'The allocation is no longer there: Nomad has removed it';
  const { DesiredStatus, ClientStatus } = allocation;
  const why = said(allocation.DesiredDescription) ?? said(allocation.ClientDescription);
  if (ClientStatus === 'lost' || ClientStatus === 'unknown')
    return `The allocation is ${ClientStatus}: ${why ?? 'its node is gone'}`;
  if (DesiredStatus === 'stop' && jobStopped === true) return 'The allocation was stopped, as its job was';
  if (DesiredStatus === 'stop' || DesiredStatus === 'evict') {
    return `The allocation was ${DesiredStatus === 'stop' ? 'stopped' : 'evicted'}${why === undefined ? '' : `: ${why}`}`;
  }
  const state = own(allocation.TaskStates, task);
  return endOf(state?.Events ?? [], task, state?.State === 'dead');
}

/** The last end of a task, which it may have outlived by now. */
function endOf(events: readonly TaskEvent[], task: string, dead: boolean): string | undefined {
  const at = events.findLastIndex(({ Type }) => Type === 'Terminated' || Type === 'Restart Signaled');
  const last = events[at];
  if (last === undefined) return undefined;
  const before = events[at - 1];
  const signaled = [last, before].find((event) => event?.Type === 'Restart Signaled');
  if (signaled !== undefined)
    return `Task ${task} was restarted: ${said(signaled.DisplayMessage) ?? 'a restart was asked for'}`;
  const { exit_code: code, signal, oom_killed: oom } = last.Details ?? {};
  const how = oom === 'true' ? 'was killed for want of memory' : signalOr(code, signal);
  return `Task ${task} ${how}${dead ? '' : ', and is started again'}`;
}

function signalOr(code: string | undefined, signal: string | undefined): string {
  if (signal !== undefined && signal !== '0') return `was ended by signal ${signal}`;
  return code === undefined ? 'ended' : `ended with exit code ${code}`;
}

function said(text: string | undefined): string | undefined {
  const words = bare(text ?? '');
  return words === '' ? undefined : words;
}

/** The words with which Nomad refused to start a command, without those of the parts that passed them on. */
export function refusalWords(refusal: string): string {
  return bare(refusal.replace(/^rpc error: code = \w+ desc = /, ''));
}

function bare(text: string): string {
  return text.trim().replace(/[.\s]+$/, '');
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
