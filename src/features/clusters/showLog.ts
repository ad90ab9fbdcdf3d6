import type { Uses } from '../../commands/command.ts';

/** Shows what this extension did. */
export function showLog({ log }: Uses<'log'>): void {
  log.show();
}
