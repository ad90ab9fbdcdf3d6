import { age } from '../../wording/ages.ts';
import { commands } from '../../platform/contributions.ts';
import { jobCapabilities } from '../../state/tables/capabilities.ts';
import type { JobRecord } from '../../state/tables/records.ts';
import { jobStatus } from '../../wording/status.ts';
import { capped } from '../arrange.ts';
import { allocationRows, groupsShown, outsideOf } from '../groups.ts';
import { face, goneFace, namespaceOf, type RowFace } from '../face.ts';
import { isOrphan, newestRunFirst, parentOf } from '../jobLayout.ts';
import type { JobRow, LayoutContext, Row } from '../rows.ts';
import { dayTime } from '../times.ts';
import type { FaceContext, RowKind } from './kind.ts';

/** A job, or a run of one; under it its rollout, its groups or, where there is one, that group's allocations, and its runs. */
export const jobKind: RowKind<JobRow> = {
  exists: (store, { job }) => store.jobs.has(job),
  face: (context, row) => {
    const job = context.source.store.jobs.get(row.job);
    return job === undefined ? goneFace(row.job) : jobFace(context, job);
  },
  children: childrenOfJob,
  parent: ({ source, rows }, row) => {
    const job = source.store.jobs.get(row.job);
    const above = job === undefined ? undefined : parentOf(source.store, job);
    if (above !== undefined) return rows.job(above.key);
    return job !== undefined && isOrphan(source.store, job) ? rows.message('parentGone', undefined) : undefined;
  },
  affectedBy: 'job',
  opens: () => commands.openJobSource,
  needsJob: () => true,
};

function jobFace(context: FaceContext, job: JobRecord): RowFace {
  const { source } = context;
  const { store } = source;
  const above = parentOf(store, job);
  const status = jobStatus(store, job, source.now());
  const capabilities = jobCapabilities(store, job);
  const ago = job.submitTimeMs === undefined ? undefined : age(job.submitTimeMs, source.now());
  if (above === undefined) {
    if (!isOrphan(store, job))
      return face('job', job.name, status, capabilities, 'collapsed', [namespaceOf(source, job)]);
    return face('run', job.name, status, capabilities, 'collapsed', [namespaceOf(source, job), ago]);
  }
  // The id of a run repeats its parent's, which is the row above.
  const name = runName(above, job, source.timeZone);
  return face('run', name, status, capabilities, 'collapsed', [ago]);
}

/** A run of a schedule is known by its time; others keep what their id says beside that of the job, which is the row above. */
function runName(above: JobRecord, job: JobRecord, timeZone: string | undefined): string {
  const prefix = `${above.id}/`;
  const name = job.id.startsWith(prefix) ? job.id.slice(prefix.length) : job.name;
  const seconds = /^periodic-(\d{9,11})$/.exec(name)?.[1];
  return seconds === undefined ? name : dayTime(Number(seconds) * 1000, timeZone);
}

function childrenOfJob(context: LayoutContext, row: JobRow): readonly Row[] {
  const { source, rows } = context;
  const job = source.store.jobs.get(row.job);
  if (job === undefined) return [];
  const found: Row[] = [];
  if (source.loadFailure(job.key) !== undefined) found.push(rows.message('failed', row));
  const rollout = source.store.activeDeploymentOf(job.key);
  if (rollout !== undefined) found.push(rows.deployment(job.key, rollout.id));
  const groups = groupsShown(source.store, job);
  found.push(...groups.map((group) => rows.group(job.key, group)));
  found.push(...allocationRows(context, row, outsideOf(source.store, job, groups)));
  const runs = [...source.store.childrenOf(job.key)].sort(newestRunFirst);
  found.push(...capped(context, row, runs, (run) => rows.job(run.key)));
  return found.length > 0 ? found : [rows.message('nothing', row)];
}
