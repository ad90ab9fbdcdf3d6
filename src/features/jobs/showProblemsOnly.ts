import type { Uses } from '../../commands/command.ts';

/** Narrows the views to what is in trouble. */
export function showProblemsOnly({ filter }: Uses<'filter'>): void {
  filter.setProblemsOnly(true);
}
