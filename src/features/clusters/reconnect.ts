import type { Uses } from '../../commands/command.ts';
import { withProgress } from '../../platform/signals.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';

type Used = Uses<'current' | 'views'>;

/** Connects anew with the settings and token of the moment, and waits until it is known how that went. */
export function reconnect(given: Used): Promise<void> {
  return ready(given, given.current.reconnect());
}

/** The same, where settings were written, which may have been noticed by now: not twice. */
export function followSettings(given: Used): Promise<void> {
  return ready(given, given.current.reconnectIfChanged());
}

async function ready({ views }: Used, connecting: Promise<Cluster>): Promise<void> {
  try {
    const cluster = await connecting;
    await withProgress(`Connecting to ${cluster.label}`, (signal) => cluster.ready(signal));
  } finally {
    // The views also report an unusable address, and no cluster would tell them.
    views.refresh();
  }
}
