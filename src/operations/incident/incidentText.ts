import type { Deployment } from '../../nomad/types/deployment.ts';
import type { Evaluation } from '../../nomad/types/evaluation.ts';
import { allocationFromStub, allocationRecord } from '../../state/tables/allocationRecords.ts';
import type { AllocationRecord, TaskRecord } from '../../state/tables/records.ts';
import { clean, countIn } from '../../state/tables/wire.ts';
import { allocated } from '../../wording/allocated.ts';
import { eventsText, type EventsTextOptions } from '../../wording/eventsText.ts';
import { failureSentence, taskSentence } from '../../wording/failureSentence.ts';
import { markdownBlock, markdownTable, reportText } from '../../wording/markdown.ts';
import { allocationStatus, taskStatus } from '../../wording/status.ts';
import { inWords } from '../../wording/statusWords.ts';
import { usageIn } from '../allocationState/readUsage.ts';
import type { Incident, LogTail, Read } from './readIncident.ts';

export type IncidentWords = EventsTextOptions;

const mostRows = 30;
const mostLines = 30;
const mib = 1024 * 1024;

/** The report for people, in Markdown: what happened first, then what is around it. */
export function incidentText(incident: Incident, words: IncidentWords): string {
  const { nowMs, cluster, moment } = words;
  const { allocation } = incident;
  const record = allocationRecord(allocation, countIn(allocation.JobVersion));
  const name = clean(record.name ?? record.id);
  const parts = [
    [`# Incident report: ${reportText(name)}`],
    [`Made ${reportText(`${moment(nowMs)} on ${clean(cluster)}, namespace ${clean(record.namespace)}`)}.`],
    markdownTable(['', ''], facts(incident, record, nowMs)),
    ['## Tasks'],
    markdownTable(
      ['task', 'state', 'restarts', 'cause'],
      (record.tasks ?? []).map((task) => taskRow(task, record, nowMs)),
    ),
    ['## Events'],
    [markdownBlock(eventsText(allocation, words))],
    ...section('Cpu and memory', resources(incident)),
    ...section('Last lines of the logs', incident.logs.flatMap(logLines)),
    ...section('Allocations of the job', siblings(incident.allocations, record, nowMs)),
    ...section('Evaluations of the job', evaluations(incident.evaluations)),
    ...section('Not read', refusals(incident)),
    ['## What is left out'],
    [
      'Values of fields, variables and lines whose names look secret are redacted, and so are passwords in addresses. What a task ' +
        'writes to its log is as it wrote it otherwise: look through it before you hand it on.',
    ],
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): readonly (readonly string[])[] {
  return lines.length === 0 ? [] : [[`## ${title}`], lines];
}

function facts({ allocation, deployment }: Incident, record: AllocationRecord, nowMs: number): string[][] {
  const rollout = 'value' in deployment && deployment.value !== null ? deployment.value : undefined;
  const rows: (readonly [string, string | undefined])[] = [
    ['State', inWords(allocationStatus(record, nowMs))],
    ['Cause', failureSentence(record)],
    ['Allocation', record.id],
    ['Job', `${record.jobId} v${String(record.jobVersion)}`],
    ['Node', record.nodeName === undefined ? record.nodeId : `${record.nodeName} (${record.nodeId.slice(0, 8)})`],
    ['Deployment', rollout && `${rollout.ID.slice(0, 8)}: ${described(rollout)}`],
    ['Before it', allocation.PreviousAllocation],
    ['After it', record.nextAllocation],
  ];
  return rows.flatMap(([fact, value]) => (value === undefined || value === '' ? [] : [[fact, clean(value)]]));
}

/** In Nomad's words, which say the status too; older agents may leave them out. */
function described({ Status, StatusDescription = '' }: Deployment): string {
  return StatusDescription === '' ? Status : StatusDescription;
}

function taskRow(task: TaskRecord, record: AllocationRecord, nowMs: number): string[] {
  const { detail, word } = taskStatus(task, nowMs, record);
  return [
    clean(task.name),
    detail || word,
    String(task.restarts),
    task.cause === undefined ? '' : (taskSentence(task) ?? ''),
  ];
}

/** What each task was given, and used when it was read. */
function resources({ allocation, stats }: Incident): string[] {
  const used = 'value' in stats ? usageIn(stats.value).tasks : undefined;
  const rows = allocated(allocation).tasks.map(({ name, cpuMhz, memoryMib }) => {
    const now = used?.get(name);
    const [memory, peak] = [mebibytes(now?.memoryBytes), mebibytes(now?.peakBytes)];
    return [
      clean(name),
      `${String(cpuMhz)} MHz`,
      amount(now?.cpuMhz, 'MHz'),
      `${String(memoryMib)} MiB`,
      amount(memory, 'MiB'),
      amount(peak, 'MiB'),
    ];
  });
  const head = ['task', 'cpu given', 'cpu used', 'memory given', 'memory used', 'memory at most'];
  return rows.length === 0 ? [] : [...markdownTable(head, rows)];
}

function mebibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / mib;
}

function amount(value: number | undefined, unit: string): string {
  return value === undefined ? '' : `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

function logLines({ task, stream, read }: LogTail): string[] {
  if ('refused' in read || read.value.trim() === '') return [];
  const lines = read.value.replace(/\n$/, '').split('\n').map(clean);
  const last = lines.slice(-mostLines);
  return [`${reportText(clean(task))} ${stream}:`, '', markdownBlock(last.join('\n')), ''];
}

function siblings(read: Incident['allocations'], record: AllocationRecord, nowMs: number): string[] {
  if ('refused' in read) return [];
  const all = [...read.value].sort((a, b) => b.CreateIndex - a.CreateIndex).map(allocationFromStub);
  const rows = all
    .slice(0, mostRows)
    .map((one) => [
      `${clean(one.name ?? one.group)}${one.id === record.id ? ' (this one)' : ''}`,
      one.id.slice(0, 8),
      `v${String(one.jobVersion)}`,
      clean(one.nodeName ?? one.nodeId.slice(0, 8)),
      inWords(allocationStatus(one, nowMs)),
    ]);
  return [...markdownTable(['allocation', 'id', 'version', 'node', 'state'], rows), ...rest(all.length)];
}

function evaluations(read: Incident['evaluations']): string[] {
  if ('refused' in read) return [];
  const all = [...read.value].sort((a, b) => (b.CreateIndex ?? 0) - (a.CreateIndex ?? 0));
  const rows = all
    .slice(0, mostRows)
    .map((one) => [
      one.ID.slice(0, 8),
      clean(one.TriggeredBy ?? ''),
      clean(one.Status ?? ''),
      clean(one.StatusDescription ?? ''),
      unplaced(one),
    ]);
  const head = ['evaluation', 'triggered by', 'status', 'description', 'not placed'];
  return [...markdownTable(head, rows), ...rest(all.length)];
}

function rest(count: number): string[] {
  return count > mostRows ? ['', `${String(count - mostRows)} older ones are left out here.`] : [];
}

function unplaced({ FailedTGAllocs }: Evaluation): string {
  return Object.keys(FailedTGAllocs ?? {})
    .map(clean)
    .join(', ');
}

function refusals({ deployment, evaluations: evals, allocations, stats, logs }: Incident): string[] {
  const parts: readonly (readonly [string, Read<unknown>])[] = [
    ['deployment', deployment],
    ['evaluations', evals],
    ['allocations of the job', allocations],
    ['cpu and memory', stats],
    ...logs.map(({ task, stream, read }) => [`${task} ${stream}`, read] as const),
  ];
  return parts.flatMap(([what, read]) =>
    'refused' in read ? [`- ${reportText(clean(what))}: ${reportText(clean(read.refused))}`] : [],
  );
}
