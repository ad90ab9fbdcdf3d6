import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'show the log', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Show the log of this extension',
  menus: { 'view/title': [{ when: 'view =~ /^nomad\\./', group: '3_log@1' }] },
};

/** Shows what this extension did. */
export function showLog({ log }: Uses<'log'>): void {
  log.show();
}
