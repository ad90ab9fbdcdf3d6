import { Lifetime } from '../../base/lifetime.ts';
import { chooseTask, taskWords, type ChosenTask } from '../../commands/chosenTask.ts';
import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import { portTarget } from '../../commands/targets.ts';
import { findRelay } from '../../operations/ports/findRelay.ts';
import { PortForward, type Join } from '../../operations/ports/portForward.ts';
import { directly, throughRelay } from '../../operations/ports/ways.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { withProgress } from '../../platform/signals.ts';
import { clientOf } from '../../commands/clusterOf.ts';
import { choosePort, portOf, reachable, type ChosenPort } from './choosePort.ts';
import { endWithAllocation } from './endWithAllocation.ts';
import { addressOf, forwardsOf, openInBrowser, type OpenForward } from './forwards.ts';

export const entry = {
  doing: 'forward the port',
  joint: 'from',
  effect: 'change',
  confirm: 'never',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Forward port…',
  icon: '$(plug)',
  menus: {
    'view/item/context': [
      { when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b.*\\bexecable\\b/', group: '3_task@1.3' },
    ],
  },
};

export type Used = Uses<'cluster' | 'clusters' | 'current' | 'ask' | 'sessions' | 'report' | 'extension' | 'log'>;

/** How connections get to the port. */
interface Way {
  readonly join: Join;
  readonly words: string;
  /** What one has to know of it. */
  readonly note: string;
}

/** Leads a port of this machine to one in an allocation, through commands in a task, or directly to its node. */
export async function forwardPort(given: Used, argument: unknown): Promise<Deed | undefined> {
  const chosen = await chooseTask(given, argument, 'Forward a port of a task');
  const port = chosen && (await choosePort(given, chosen, portTarget(argument)));
  const way = port && (await chooseWay(given, chosen, port));
  if (chosen === undefined || port === undefined || way === undefined) return undefined;
  const local = await given.ask.text({
    title: `Port of this machine for ${String(port.inner)} of ${taskWords(chosen)} on ${given.cluster.label}`,
    prompt: '0 takes one that is free.',
    value: port.inner < 1024 ? '0' : String(port.inner),
    check: (text) => (portOf(text) >= 0 ? undefined : 'A port is a number from 0 to 65535.'),
  });
  if (local === undefined) return undefined;
  return {
    title: `Forward port ${String(port.inner)} of ${taskWords(chosen)}`,
    place: chosen.place,
    detail: `Connections go ${way.words}.`,
    button: 'Forward',
    progress: 'Opening the port',
    act: async () => {
      const forward = await PortForward.listen(portOf(local), way.join);
      const where = `port ${String(port.inner)} of ${taskWords(chosen)} on ${given.cluster.label}`;
      return () => {
        open(given, chosen, { forward, where, way: way.words, life: new Lifetime() }, way.note);
      };
    },
  };
}

function open(given: Used, chosen: ChosenTask, one: OpenForward, note: string): void {
  const { extension, report, log } = given;
  const forwards = forwardsOf(extension);
  forwards.add(one);
  endWithAllocation(given, chosen, one);
  one.life.own(
    one.forward.onFailure((failure) => {
      log.warn(`A connection from ${addressOf(one)} to ${one.where} failed: ${failure}`);
    }),
  );
  // Not awaited: the port is open, whether or not the message was read.
  void report.done(`${addressOf(one)} leads to ${one.where}, ${one.way}.${note}`, [
    { title: 'Open in browser', run: () => openInBrowser(one) },
    { title: 'Stop', run: () => forwards.stop(one) },
  ]);
}

async function chooseWay(given: Used, chosen: ChosenTask, { inner, outer }: ChosenPort): Promise<Way | undefined> {
  const address = await reachable(given, outer);
  if (address === undefined) return relayWay(given, chosen, inner);
  const host = `${address.host}:${String(address.port)}`;
  const choices = [
    { label: `Directly to ${host}`, description: 'which can be reached from here', value: 'direct' as const },
    { label: `Through task ${chosen.task}`, description: 'by a program in it, over Nomad', value: 'relay' as const },
  ];
  const answer = await given.ask.pick(`How to get to port ${String(inner)} of ${taskWords(chosen)}`, choices);
  if (answer === 'direct') return { join: directly(address), words: `directly to ${host}`, note: '' };
  return answer === undefined ? undefined : relayWay(given, chosen, inner);
}

async function relayWay(given: Used, chosen: ChosenTask, port: number): Promise<Way> {
  const { sessions } = given;
  const { allocation, task, place } = chosen;
  const target = { allocation: allocation.id, task, place };
  const client = () => clientOf(given);
  const way = await withProgress(`Looking for a relay in task ${task}`, (signal) =>
    findRelay(client(), target, port, signal),
  );
  const { relay, isListening } = way;
  const nobody = isListening ? '' : ` Nothing listens on port ${String(port)} there now.`;
  const limit = relay.limit === undefined ? '' : ` ${relay.limit}.`;
  return {
    join: throughRelay(target, port, way, { client, track: (session) => sessions.add(session) }),
    words: `through ${relay.name} in task ${task}`,
    note: `${nobody}${limit}`,
  };
}
