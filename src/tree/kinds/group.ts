import { commands } from '../../platform/contributions.ts';
import { groupCapabilities } from '../../state/tables/capabilities.ts';
import { groupStatus } from '../../wording/status.ts';
import { allocationRows, inGroup } from '../groups.ts';
import { face, goneFace } from '../face.ts';
import type { GroupRow } from '../rows.ts';
import type { RowKind } from './kind.ts';

/** A group of a job that has several; under it its allocations. */
export const groupKind: RowKind<GroupRow> = {
  exists: (store, { job }) => store.jobs.has(job),
  face: ({ source }, { job: key, group }) => {
    const { store } = source;
    const job = store.jobs.get(key);
    if (job === undefined) return goneFace(group);
    const status = groupStatus(store, job, group, source.now());
    return face('group', group, status, groupCapabilities(store, job, group), 'collapsed');
  },
  children: (context, row) => allocationRows(context, row, inGroup(context.source.store, row.job, row.group)),
  parent: ({ rows }, { job }) => rows.job(job),
  affectedBy: 'job',
  opens: () => commands.openJobSource,
};
