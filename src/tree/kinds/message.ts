import { printable } from '../../base/plain.ts';
import { commands } from '../../platform/contributions.ts';
import { counted } from '../../platform/words.ts';
import { capped, isFinished, newestFirst } from '../arrange.ts';
import type { RowFace } from '../face.ts';
import { newestRunFirst, orphansShown } from '../jobLayout.ts';
import { groupsShown, inGroup, outsideOf } from '../groups.ts';
import type { LayoutContext, MessageRow, Row } from '../rows.ts';
import type { FaceContext, RowKind } from './kind.ts';

/** What is to be said in the place of rows. One that stands for finished allocations, or for runs without their job, holds them. */
export const messageKind: RowKind<MessageRow> = {
  exists: (_, { owner }, isThere) => owner === undefined || isThere(owner),
  face: messageFace,
  children: (context, row) => {
    if (row.topic === 'parentGone') return orphanRows(context, row);
    return row.topic === 'finished' ? finishedRows(context, row) : [];
  },
  parent: (_, { owner }) => owner,
  affectedBy: 'job',
  opens: (_, { topic }) => {
    if (topic === 'failed') return commands.refresh;
    return topic === 'hidden' ? commands.clearFilter : undefined;
  },
  opensAtOnce: true,
};

function orphanRows(context: LayoutContext, row: MessageRow): readonly Row[] {
  return capped(context, row, [...orphansShown(context)].sort(newestRunFirst), ({ key }) => context.rows.job(key));
}

function finishedRows(context: LayoutContext, row: MessageRow): readonly Row[] {
  const { store } = context.source;
  const job = row.job === undefined ? undefined : store.jobs.get(row.job);
  if (job === undefined) return [];
  const all =
    row.owner?.kind === 'group'
      ? inGroup(store, job.key, row.owner.group)
      : outsideOf(store, job, groupsShown(store, job));
  const finished = all.filter((allocation) => isFinished(job, allocation)).sort(newestFirst);
  return capped(context, row, finished, (allocation) => context.rows.allocation(job.key, allocation.id));
}

function messageFace(context: FaceContext, row: MessageRow): RowFace {
  const [label, description] = messageWords(context, row);
  const failed = row.topic === 'failed';
  // A row that opens needs an icon, or VS Code draws those of its neighbours one step to the left.
  const holds = row.topic === 'finished' || row.topic === 'parentGone';
  return {
    label,
    description,
    icon: failed ? 'warning' : holds ? 'archive' : undefined,
    color: failed ? 'charts.yellow' : holds ? 'disabledForeground' : undefined,
    contextValue: 'message',
    accessibleLabel: description === '' ? label : `${label}, ${description}`,
    collapsible: holds ? 'collapsed' : 'none',
  };
}

/** What is counted where the filter hides all of it. */
const counts = { jobs: 'allocation', deployments: 'deployment', allocations: 'allocation', nodes: 'node' } as const;

function messageWords(context: FaceContext, row: MessageRow): readonly [label: string, description: string] {
  const count = context.counts.get(row.id);
  const things = counts[context.view];
  switch (row.topic) {
    case 'finished':
      return [counted(count ?? 0, 'finished allocation'), ''];
    case 'parentGone':
      return ['Parent gone', counted(count ?? 0, 'run')];
    case 'more':
      if (count === undefined) return ['More on the server', 'not all allocations were loaded'];
      return [`${String(count)} more`, 'a filter shows fewer'];
    case 'nothing':
      return [nothingUnder(context, row), ''];
    case 'failed':
      return [
        'Could not load',
        printable(context.source.loadFailure(row.owner?.kind === 'node' ? row.owner.node : row.job) ?? ''),
      ];
    case 'hidden':
      return [`${counted(count ?? 0, things)} hidden`, 'clear the filter'];
  }
}

function nothingUnder({ source }: FaceContext, row: MessageRow): string {
  const job = row.job === undefined ? undefined : source.store.jobs.get(row.job);
  const hasRuns = job !== undefined && (job.periodic || job.parameterized || job.children !== undefined);
  return hasRuns ? 'No runs yet' : 'No allocations';
}
