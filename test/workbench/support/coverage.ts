import assert from 'node:assert/strict';
import type { Command } from '../../../src/commands/command.ts';
import { features } from '../../../src/features/features.ts';
import type { commands } from '../../../src/platform/contributions.ts';

type Name = keyof typeof commands;

/**
 * Sees that every command that is about something of a cluster, as its entry says, is in `used`. Says nothing where only some
 * of the tests run.
 */
export async function assertAllTried(used: ReadonlySet<Name> | undefined): Promise<void> {
  if (process.env['MOCHA_GREP'] !== undefined) return;
  const all = await Promise.all(Object.values(features).map((read) => read()));
  const entries = all.flatMap((feature) => Object.entries<Command>(feature.commands));
  // Nodes are in no namespace, and a row of one is always of the region that is shown.
  const placed = entries.filter(([, { entry }]) => entry.about !== 'node');
  const asked = placed.filter(([, { entry }]) => entry.needs !== undefined || entry.about !== undefined);
  assert.deepEqual(
    asked.map(([name]) => name as Name).filter((name) => used?.has(name) !== true),
    [],
    'commands that were not tried',
  );
}
