import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'show all jobs', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Show all jobs',
  icon: '$(list-unordered)',
  menus: {
    'view/title': [{ when: 'view =~ /^nomad\\./ && nomad.problemsOnly', group: 'navigation@2' }],
    commandPalette: [{ when: 'nomad.problemsOnly' }],
  },
};

/** Shows what is in trouble and what isn't. */
export function showAllJobs({ filter }: Uses<'filter'>): void {
  filter.setProblemsOnly(false);
}
