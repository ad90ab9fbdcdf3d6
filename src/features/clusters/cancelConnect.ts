import type { Uses } from '../../commands/command.ts';

/** Gives up connecting; the views offer to connect again. */
export function cancelConnect({ current }: Uses<'current'>): void {
  current.disconnect();
}
