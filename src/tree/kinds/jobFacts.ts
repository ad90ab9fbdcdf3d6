import { culpritOfGroup, culpritOfJob } from '../../wording/culprits.ts';
import { groupStatus, jobStatus } from '../../wording/status.ts';
import type { GroupRow, JobRow, RowSource } from '../rows.ts';
import { causeFacts, moment, numberText, stateOf, type MaybeFact } from './fact.ts';

export function jobFacts(source: RowSource, row: JobRow): readonly MaybeFact[] {
  const job = source.store.jobs.get(row.job);
  if (job === undefined) return [];
  const kind = [job.type, job.periodic ? 'periodic' : '', job.parameterized ? 'parameterized' : ''];
  return [
    stateOf(jobStatus(source.store, job, source.now())),
    ...causeFacts(source, culpritOfJob(source.store, job, source.now())),
    ['Id', job.id === job.name ? undefined : job.id],
    ['Namespace', job.namespace],
    ['Switched off', job.periodicEnabled === false ? 'its schedule starts nothing' : undefined],
    ['Type', kind.filter((word) => word !== '').join(', ')],
    job.periodicSpec === undefined ? ['Priority', String(job.priority)] : ['Schedule', job.periodicSpec.join(', ')],
    ['Version', numberText(job.version)],
    ['Submitted', moment(source, job.submitTimeMs)],
    ['Node pool', job.nodePool],
    ['Datacenters', job.datacenters.join(', ')],
  ];
}

export function groupFacts(source: RowSource, { job: key, group: name }: GroupRow): readonly MaybeFact[] {
  const job = source.store.jobs.get(key);
  if (job === undefined) return [];
  const group = job.groups?.find((one) => one.name === name);
  return [
    stateOf(groupStatus(source.store, job, name, source.now())),
    ...causeFacts(source, culpritOfGroup(source.store, job, name, source.now())),
    ['Job', job.id],
    ['Namespace', job.namespace],
    ['Wanted', group === undefined ? undefined : String(group.count)],
    ['Tasks', group?.tasks.join(', ')],
  ];
}
