import { jobKey } from '../state/tables/keys.ts';
import type { JobRecord } from '../state/tables/records.ts';
import { jobStatus } from '../wording/status.ts';
import { isProblem } from '../wording/statusWords.ts';
import type { Store } from '../state/tables/store.ts';
import { compareText } from '../base/compareText.ts';
import { capped } from './arrange.ts';
import { matches } from './filter.ts';
import type { Layout, LayoutContext, Row, RowSource } from './rows.ts';

/** All jobs except runs of other jobs, by name. */
export const jobLayout: Layout = { view: 'jobs', roots };

function roots(context: LayoutContext): readonly Row[] {
  const { source, rows, passed } = context;
  const shown = [...source.store.jobs.values()]
    .filter((job) => parentOf(source.store, job) === undefined && isJobShown(context, job))
    .sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name) || compareText(a.id, b.id));
  passed.clear();
  for (const job of shown) passed.add(job.key);
  return capped(context, undefined, shown, (job) => rows.job(job.key));
}

/** Whether the filter lets a job through, for itself or for one of its runs. */
export function isJobShown(
  { source }: { readonly source: Pick<RowSource, 'store' | 'filter' | 'now'> },
  job: JobRecord,
): boolean {
  const { store, filter } = source;
  if (filter.text === '' && !filter.problemsOnly) return true;
  const family = [job, ...store.childrenOf(job.key)];
  if (filter.text !== '' && !family.some((member) => jobMatches(store, filter.text, member))) return false;
  return !filter.problemsOnly || family.some((member) => isProblem(jobStatus(store, member, source.now())));
}

function jobMatches(store: Store, text: string, job: JobRecord): boolean {
  const groups = job.groups?.map((group) => group.name) ?? Object.keys(job.summary ?? {});
  if (matches(text, [job.name, job.id, job.namespace, job.type, job.nodePool, ...groups])) return true;
  return store.allocationsOf(job.key).some((allocation) => matches(text, [allocation.group, allocation.nodeName]));
}

/** The job that a job is a run of, if that is there. */
export function parentOf(store: Store, job: JobRecord): JobRecord | undefined {
  if (job.parentId === undefined || job.parentId === '') return undefined;
  return store.jobs.get(jobKey(job.namespace, job.parentId));
}
