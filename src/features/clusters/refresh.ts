import type { CommandEntry, Uses } from '../../commands/command.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { reconnect } from './reconnect.ts';

export const entry = { doing: 'refresh', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Refresh',
  icon: '$(refresh)',
  menus: { 'view/title': [{ when: 'view =~ /^nomad\\./', group: 'navigation@3' }] },
};

/** Reads everything anew; where there is no connection, makes one. */
export async function refresh(given: Uses<'current' | 'views'>): Promise<void> {
  const cluster = given.current.get();
  if (cluster === undefined || cluster.state.kind === 'failed') return reconnect(given);
  await withQuietProgress(`Reading ${cluster.label}`, (signal) => cluster.refresh(signal));
  given.views.refresh();
}
