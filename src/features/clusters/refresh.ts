import type { Uses } from '../../commands/command.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { reconnect } from './reconnect.ts';

/** Reads everything anew; where there is no connection, makes one. */
export async function refresh(given: Uses<'current' | 'views'>): Promise<void> {
  const cluster = given.current.get();
  if (cluster === undefined || cluster.state.kind === 'failed') return reconnect(given);
  await withQuietProgress(`Reading ${cluster.label}`, (signal) => cluster.refresh(signal));
  given.views.refresh();
}
