import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { Choice } from '../../platform/ask.ts';
import type { LogOptions, OpenLog } from '../../editor/logs/openLog.ts';
import { isOfAgent } from '../../operations/logs/types.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { openOne } from './openOne.ts';

export const entry = { doing: 'set how the logs are shown', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Choose what is shown of logs',
  icon: '$(settings)',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-logs' }],
    'editor/title': [{ when: 'resourceScheme == nomad-logs', group: 'navigation@4' }],
  },
};

/** Chooses what of the logs is shown and how: streams, allocations, times, JSON as its message. */
export async function setLogOptions(given: Uses<'logs' | 'ask'>, argument: unknown): Promise<void> {
  const log = await openOne(given, argument);
  const before = log.options;
  const all = choicesOf(log);
  const chosen = await given.ask.pickMany(`What is shown of ${log.of.name} logs`, all, 'Choose what is shown');
  if (chosen === undefined) return;
  const ids = all.map(({ value }) => value).filter((value) => value.startsWith('a '));
  const streams = (['stdout', 'stderr'] as const).filter((stream) => chosen.includes(stream));
  log.set({
    // Of no stream there would be nothing to see, and nothing that says why.
    streams: streams.length === 0 ? before.streams : streams,
    leftOut: ids.filter((id) => !chosen.includes(id)).map((id) => id.slice(2)),
    timestamps: chosen.includes('timestamps'),
    foldsJson: chosen.includes('json'),
  });
}

function choicesOf(log: OpenLog): readonly Choice<string>[] {
  const { streams, leftOut, timestamps, foldsJson }: LogOptions = log.options;
  const { target } = log.of;
  const hasStreams = !isOfAgent(target) && target.file === undefined;
  return [
    ...(['stdout', 'stderr'] as const)
      .filter(() => hasStreams)
      .map((stream) => ({ label: stream, value: stream, picked: streams.includes(stream) })),
    { label: 'When each line came', value: 'timestamps', picked: timestamps },
    { label: 'JSON as its message', description: 'fields in the hover', value: 'json', picked: foldsJson },
    ...allocationsOf(log).map(([id, name]) => ({
      label: `${name} ${id.slice(0, 4)}`,
      description: 'allocation',
      value: `a ${id}`,
      picked: !leftOut.includes(id),
    })),
  ];
}

/** Those that there is a choice among, by id. */
function allocationsOf({ sources }: OpenLog): readonly (readonly [id: string, name: string])[] {
  const names = new Map(
    sources.flatMap(({ source }) => (source.kind === 'agent' ? [] : [[source.allocation, source.name] as const])),
  );
  return names.size > 1 ? [...names].sort(([, one], [, other]) => one.localeCompare(other)) : [];
}
