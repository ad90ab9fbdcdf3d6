import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'stop connecting', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = { title: 'Stop connecting', menus: { commandPalette: [{ when: 'false' }] } };

/** Gives up connecting; the views offer to connect again. */
export function cancelConnect({ current }: Uses<'current'>): void {
  current.disconnect();
}
