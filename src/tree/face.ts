import { age } from '../wording/ages.ts';
import {
  allocationCapabilities,
  deploymentCapabilities,
  deploymentGroupCapabilities,
  groupCapabilities,
  jobCapabilities,
  taskCapabilities,
} from '../state/tables/capabilities.ts';
import type { AllocationRecord, DeploymentRecord, JobRecord } from '../state/tables/records.ts';
import { deploymentGroupStatus, deploymentStatus, isSuperseded } from '../wording/deploymentStatus.ts';
import { allocationStatus, groupStatus, jobStatus, taskStatus } from '../wording/status.ts';
import type { Status, Tone } from '../wording/statusWords.ts';
import { counted } from '../platform/words.ts';
import { parentOf } from './jobLayout.ts';
import type { DeploymentGroupRow, MessageRow, Row, RowSource, TaskRow, ViewName } from './rows.ts';
import { dayTime } from './times.ts';
import { printable } from '../base/plain.ts';
import { plainLabel } from './text.ts';

/** How a row looks. All of it is plain text. */
export interface RowFace {
  readonly label: string;
  readonly description: string;
  /** Name of a codicon. */
  readonly icon: string | undefined;
  /** Id of a theme colour; the icon has the colour of text where undefined. */
  readonly color: string | undefined;
  /** Words that menus look for. */
  readonly contextValue: string;
  /** What a screen reader says. */
  readonly accessibleLabel: string;
  readonly collapsible: 'none' | 'collapsed';
}

/** What a face is made from: the view's data, and what its message rows count. */
export interface FaceContext {
  readonly view: ViewName;
  readonly source: RowSource;
  readonly counts: ReadonlyMap<string, number>;
}

const icons: Readonly<Record<Tone, readonly [icon: string, color?: string]>> = {
  good: ['pass', 'testing.iconPassed'],
  deploying: ['sync', 'charts.blue'],
  attention: ['milestone', 'charts.yellow'],
  warning: ['warning', 'charts.yellow'],
  pending: ['clock'],
  blocked: ['circle-slash', 'charts.orange'],
  bad: ['error', 'charts.red'],
  done: ['check', 'disabledForeground'],
  stopped: ['debug-stop', 'disabledForeground'],
  paused: ['debug-pause', 'charts.yellow'],
  unknown: ['question'],
};

export function faceOf(context: FaceContext, row: Row): RowFace {
  const { store } = context.source;
  switch (row.kind) {
    case 'job': {
      const job = store.jobs.get(row.job);
      return job === undefined ? goneFace(row.job) : jobFace(context, job);
    }
    case 'group': {
      const job = store.jobs.get(row.job);
      if (job === undefined) return goneFace(row.group);
      return face(
        'group',
        row.group,
        groupStatus(store, job, row.group, context.source.now()),
        groupCapabilities(store, job, row.group),
        'collapsed',
      );
    }
    case 'allocation': {
      const allocation = store.allocations.get(row.allocation);
      return allocation === undefined ? goneFace(row.allocation) : allocationFace(context, allocation);
    }
    case 'task':
      return taskFace(context, row);
    case 'deployment': {
      const deployment = store.deployments.get(row.deployment);
      return deployment === undefined ? goneFace(row.deployment) : deploymentFace(context, deployment);
    }
    case 'deploymentGroup':
      return deploymentGroupFace(context, row);
    case 'message':
      return messageFace(context, row);
  }
}

function face(
  what: string,
  name: string,
  status: Status,
  contextValue: string,
  collapsible: RowFace['collapsible'],
  extra: readonly (string | undefined)[] = [],
): RowFace {
  const label = plainLabel(name);
  const [icon, color] = icons[status.tone];
  const parts = [status.detail, ...extra].filter((part) => part !== undefined && part !== '');
  const description = printable(parts.join(' · '));
  const word = printable(status.word);
  const said = description.split(' · ').some((part) => part.startsWith(word));
  const spoken = [`${what} ${label}`.trimStart(), said ? '' : word, description.replaceAll(' · ', ', ')];
  return {
    label,
    description,
    icon,
    color,
    contextValue,
    accessibleLabel: spoken.filter((part) => part !== '').join(', '),
    collapsible,
  };
}

/** What a row says between the end of its object and the end of the row. */
function goneFace(name: string): RowFace {
  const label = plainLabel(name);
  const accessibleLabel = `${label}, gone`;
  return {
    label,
    description: 'gone',
    icon: undefined,
    color: undefined,
    contextValue: 'gone',
    accessibleLabel,
    collapsible: 'none',
  };
}

function jobFace(context: FaceContext, job: JobRecord): RowFace {
  const { source } = context;
  const { store } = source;
  const above = parentOf(store, job);
  const status = jobStatus(store, job, source.now());
  const capabilities = jobCapabilities(store, job);
  if (above === undefined) return face('job', job.name, status, capabilities, 'collapsed', [namespaceOf(source, job)]);
  // The id of a run repeats its parent's, which is the row above.
  const name = runName(above, job, source.timeZone);
  const ago = job.submitTimeMs === undefined ? undefined : age(job.submitTimeMs, source.now());
  return face('run', name, status, capabilities, 'collapsed', [ago]);
}

/** A run of a schedule is known by its time; others keep what their id says beside that of the job, which is the row above. */
function runName(above: JobRecord, job: JobRecord, timeZone: string | undefined): string {
  const prefix = `${above.id}/`;
  const name = job.id.startsWith(prefix) ? job.id.slice(prefix.length) : job.name;
  const seconds = /^periodic-(\d{9,11})$/.exec(name)?.[1];
  return seconds === undefined ? name : dayTime(Number(seconds) * 1000, timeZone);
}

/** The namespace where rows of several stand side by side; the default one goes without saying. */
function namespaceOf(source: RowSource, record: { readonly namespace: string }): string | undefined {
  return source.namespace === '*' && record.namespace !== 'default' ? record.namespace : undefined;
}

function allocationFace(context: FaceContext, allocation: AllocationRecord): RowFace {
  const { view, source } = context;
  const status = allocationStatus(allocation, source.now(), source.store);
  const collapsible = (allocation.tasks?.length ?? 0) > 1 ? 'collapsed' : 'none';
  const extra = view === 'allocations' ? [namespaceOf(source, allocation)] : [];
  const name = allocationName(view, allocation);
  return face('allocation', name, status, allocationCapabilities(allocation), collapsible, extra);
}

function taskFace({ source }: FaceContext, row: TaskRow): RowFace {
  const allocation = source.store.allocations.get(row.allocation);
  const task = allocation?.tasks?.find((one) => one.name === row.task);
  if (task === undefined) return goneFace(row.task);
  const status = taskStatus(task, source.now(), allocation);
  return face('task', row.task, status, taskCapabilities(task, allocation), 'none');
}

/** `app[2]` under its job, `web.app[2]` elsewhere; with a piece of the id while the index is not known. */
function allocationName(view: ViewName, allocation: AllocationRecord): string {
  const { name, group, index, id, jobId } = allocation;
  if (view === 'allocations') return name ?? `${jobId}.${group} ${id.slice(0, 8)}`;
  return index === undefined ? `${group} ${id.slice(0, 8)}` : `${group}[${String(index)}]`;
}

function deploymentFace(context: FaceContext, deployment: DeploymentRecord): RowFace {
  const { view, source } = context;
  const said = deploymentStatus(source.store, deployment, source.now());
  // What the job has left behind is history, and no alarm.
  const settled = said.tone === 'bad' && isSuperseded(source.store, deployment);
  const status: Status = settled ? { ...said, tone: 'stopped' } : said;
  const capabilities = deploymentCapabilities(deployment);
  if (view === 'jobs') {
    const collapsible = deployment.groups.length > 0 ? 'collapsed' : 'none';
    return face('', 'deployment', status, capabilities, collapsible);
  }
  const name = source.store.jobs.get(deployment.jobKey)?.name ?? deployment.jobId;
  return face('deployment of', name, status, capabilities, 'collapsed', [namespaceOf(source, deployment)]);
}

function deploymentGroupFace({ source }: FaceContext, row: DeploymentGroupRow): RowFace {
  const deployment = source.store.deployments.get(row.deployment);
  const group = deployment?.groups.find((one) => one.name === row.group);
  if (deployment === undefined || group === undefined) return goneFace(row.group);
  const status = deploymentGroupStatus(source.store, deployment, group, source.now());
  return face('group', row.group, status, deploymentGroupCapabilities(deployment), 'none');
}

function messageFace(context: FaceContext, row: MessageRow): RowFace {
  const [label, description] = messageWords(context, row);
  const failed = row.topic === 'failed';
  // A row that opens needs an icon, or VS Code draws those of its neighbours one step to the left.
  const finished = row.topic === 'finished';
  return {
    label,
    description,
    icon: failed ? 'warning' : finished ? 'archive' : undefined,
    color: failed ? 'charts.yellow' : finished ? 'disabledForeground' : undefined,
    contextValue: 'message',
    accessibleLabel: description === '' ? label : `${label}, ${description}`,
    collapsible: finished ? 'collapsed' : 'none',
  };
}

function messageWords(context: FaceContext, row: MessageRow): readonly [label: string, description: string] {
  const count = context.counts.get(row.id);
  const things = context.view === 'deployments' ? 'deployment' : 'allocation';
  switch (row.topic) {
    case 'finished':
      return [counted(count ?? 0, 'finished allocation'), ''];
    case 'more':
      if (count === undefined) return ['More on the server', 'not all allocations were loaded'];
      return [`${String(count)} more`, 'a filter shows fewer'];
    case 'nothing':
      return [nothingUnder(context, row), ''];
    case 'failed':
      return ['Could not load', printable(context.source.loadFailure(row.job) ?? '')];
    case 'hidden':
      return [`${counted(count ?? 0, things)} hidden`, 'clear the filter'];
  }
}

function nothingUnder({ source }: FaceContext, row: MessageRow): string {
  const job = row.job === undefined ? undefined : source.store.jobs.get(row.job);
  const hasRuns = job !== undefined && (job.periodic || job.parameterized || job.children !== undefined);
  return hasRuns ? 'No runs yet' : 'No allocations';
}
