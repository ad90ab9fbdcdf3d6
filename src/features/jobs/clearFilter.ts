import type { Uses } from '../../commands/command.ts';

/** Shows what the text of the filter hides. */
export function clearFilter({ filter }: Uses<'filter'>): void {
  filter.clear();
}
