import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'show problems only', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Show problems only',
  icon: '$(warning)',
  menus: {
    'view/title': [
      { when: "view =~ /^nomad\\./ && nomad.state == 'ready' && !nomad.problemsOnly", group: 'navigation@2' },
    ],
    commandPalette: [{ when: '!nomad.problemsOnly' }],
  },
};

/** Narrows the views to what is in trouble. */
export function showProblemsOnly({ filter }: Uses<'filter'>): void {
  filter.setProblemsOnly(true);
}
