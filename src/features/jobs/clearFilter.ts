import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'clear the filter', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Clear filter',
  icon: '$(filter-filled)',
  menus: {
    'view/title': [{ when: 'view =~ /^nomad\\./ && nomad.filtered', group: 'navigation@1' }],
    commandPalette: [{ when: 'nomad.filtered' }],
  },
};

/** Shows what the text of the filter hides. */
export function clearFilter({ filter }: Uses<'filter'>): void {
  filter.clear();
}
