import { jobKey } from '../state/tables/keys.ts';
import type { JobRecord } from '../state/tables/records.ts';
import { jobStatus } from '../wording/status.ts';
import { isProblem } from '../wording/statusWords.ts';
import type { Store } from '../state/tables/store.ts';
import { compareText } from '../base/compareText.ts';
import { capped, counting } from './arrange.ts';
import { matches } from './filter.ts';
import type { Layout, LayoutContext, Row, RowSource } from './rows.ts';

/** All jobs except runs of other jobs, in the order in which the server lists them; then runs whose job is gone. */
export const jobLayout: Layout = { view: 'jobs', roots };

function roots(context: LayoutContext): readonly Row[] {
  const { source, rows, passed } = context;
  const shown = [...source.store.jobs.values()].filter(
    (job) => parentOf(source.store, job) === undefined && isJobShown(context, job),
  );
  passed.clear();
  for (const job of shown) passed.add(job.key);
  const jobs = shown.filter((job) => !isOrphan(source.store, job)).sort(byNamespaceAndId);
  const found = capped(context, undefined, jobs, (job) => rows.job(job.key));
  const orphans = shown.length - jobs.length;
  if (orphans > 0) found.push(counting(context, 'parentGone', undefined, orphans));
  return found;
}

/** The runs whose job was purged: Nomad leaves them, and what they do goes on. */
export function orphansShown(context: { readonly source: RowSource }): readonly JobRecord[] {
  const { source } = context;
  return [...source.store.jobs.values()].filter((job) => isOrphan(source.store, job) && isJobShown(context, job));
}

/** Whether a job is a run of one that is gone. */
export function isOrphan(store: Store, job: JobRecord): boolean {
  return job.parentId !== undefined && job.parentId !== '' && parentOf(store, job) === undefined;
}

/** As `/v1/jobs` lists them, so that its first page is what is at the top. */
function byNamespaceAndId(a: JobRecord, b: JobRecord): number {
  return compareText(a.namespace, b.namespace) || compareText(a.id, b.id);
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

/** For the runs of a job. */
export function newestRunFirst(a: JobRecord, b: JobRecord): number {
  return (b.submitTimeMs ?? 0) - (a.submitTimeMs ?? 0) || compareText(b.id, a.id);
}
