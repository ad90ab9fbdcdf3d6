import type { Uses } from '../../commands/command.ts';
import type { JobspecServices } from '../../editor/jobspecs/services.ts';

/** What it takes to plan a jobspec and to show the plan. */
export type PlanServices = JobspecServices & Uses<'cluster' | 'problems' | 'plans' | 'report'>;
