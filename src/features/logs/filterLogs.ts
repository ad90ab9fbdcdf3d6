import type { CommandEntry, Uses } from '../../commands/command.ts';
import { patternProblem, type LineRule } from '../../wording/logs/lineFilter.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { openOne } from './openOne.ts';

export const entry = { doing: 'filter the logs', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Filter logs',
  icon: '$(filter)',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-logs' }],
    'editor/title': [{ when: 'resourceScheme == nomad-logs', group: 'navigation@3' }],
  },
};

type Way = LineRule['way'] | 'all';

/** Shows only the lines that an expression finds, or all others. Notes of ours are always shown. */
export async function filterLogs(given: Uses<'logs' | 'ask'>, argument: unknown): Promise<void> {
  const { ask } = given;
  const log = await openOne(given, argument);
  const { rule } = log.options;
  const title = `Filter ${log.of.name} logs`;
  const way = await ask.pick<Way>(title, [
    { label: 'Show only lines with …', value: 'keep' },
    { label: 'Hide lines with …', value: 'hide' },
    ...(rule === undefined ? [] : [{ label: 'Show all lines', description: rule.source, value: 'all' as const }]),
  ]);
  if (way === undefined) return;
  if (way === 'all') {
    log.set({ rule: undefined });
    return;
  }
  const typed = await ask.text({
    title,
    prompt: 'A regular expression. Capitals count where there are any.',
    value: rule?.source ?? '',
    placeholder: 'error|warn',
    check: (text) => (text === '' ? 'Type what to look for.' : patternProblem(text)),
  });
  if (typed === undefined) return;
  const context = way === 'hide' ? 0 : await chooseContext(given, title);
  if (context !== undefined) log.set({ rule: { source: typed, way, context } });
}

function chooseContext({ ask }: Uses<'ask'>, title: string): Promise<number | undefined> {
  const choices = [0, 1, 3, 10].map((count) => ({
    label: count === 0 ? 'These lines alone' : `With ${String(count)} before and after`,
    value: count,
  }));
  return ask.pick(title, choices);
}
