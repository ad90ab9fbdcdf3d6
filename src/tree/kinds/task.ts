import { commands } from '../../platform/contributions.ts';
import { taskCapabilities } from '../../state/tables/capabilities.ts';
import { taskStatus } from '../../wording/status.ts';
import { face, goneFace } from '../face.ts';
import type { TaskRow } from '../rows.ts';
import type { RowKind } from './kind.ts';

/** A task of an allocation that has several. */
export const taskKind: RowKind<TaskRow> = {
  exists: (store, { allocation }) => store.allocations.has(allocation),
  face: ({ source }, row) => {
    const allocation = source.store.allocations.get(row.allocation);
    const task = allocation?.tasks?.find((one) => one.name === row.task);
    if (task === undefined) return goneFace(row.task);
    const status = taskStatus(task, source.now(), allocation);
    return face('task', row.task, status, taskCapabilities(task, allocation), 'none');
  },
  children: () => [],
  parent: ({ rows }, row) => rows.allocation(row.job, row.allocation),
  affectedBy: 'allocation',
  opens: () => commands.showEvents,
};
