import type { Uses } from '../../commands/command.ts';

/** Shows what is in trouble and what isn't. */
export function showAllJobs({ filter }: Uses<'filter'>): void {
  filter.setProblemsOnly(false);
}
