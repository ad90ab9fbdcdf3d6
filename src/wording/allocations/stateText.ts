import { clean } from '../../state/tables/wire.ts';
import { allocationStatus } from '../status.ts';
import { inWords, joined } from '../statusWords.ts';
import type { AllocationState, KnownAllocation, Neighbour, Standing, Told } from './allocationState.ts';
import { checkLines, portLines, serviceLines } from './placesText.ts';
import { lastErrorLines } from './lastError.ts';
import { ago, timelineLines } from './timeline.ts';
import { usageLines, usageSummary } from './usageText.ts';

export interface StateWords {
  /** Name of the cluster for people. */
  readonly cluster: string;
  readonly nowMs: number;
  /** A moment in full, with its zone. */
  readonly moment: (ms: number) => string;
}

/** A part of a line that leads somewhere. */
export interface StateLink {
  readonly text: string;
  readonly to: { readonly kind: 'allocation' | 'node' | 'job'; readonly id: string };
}

export interface StateLine {
  readonly text: string;
  readonly links?: readonly StateLink[];
}

/** What is known of an allocation, for people: what is wrong first, then what happened, then how it stands. */
export function stateText(state: AllocationState, name: string, words: StateWords): readonly StateLine[] {
  const { known, standing } = state;
  if (known === undefined)
    return [{ text: `Allocation ${clean(name)} on ${clean(words.cluster)}` }, ...standingLines(standing, words)];
  return [
    titleLine(known, words),
    ...standingLines(standing, words),
    ...plain(headLines(state, known, words)),
    ...section('Last error', plain(lastErrorLines(known.record, state.replacedAtMs, words))),
    ...section('Timeline', plain(eventLines(known, words))),
    ...section('Checks', plain(checkLines(known.services, state.checks, words))),
    ...section('Services', plain(serviceLines(known.services, state.services))),
    ...section('Ports', plain(portLines(known.allocated.ports))),
    ...section('Cpu and memory', plain(usageLines(known.allocated, state.usage, words))),
    ...section('Deployment', plain(deploymentLines(state, known, words))),
    ...section('Before and after', chainLines(state, known, words)),
    ...section('Environment', plain(environmentLines(known))),
  ];
}

function plain(texts: readonly string[]): readonly StateLine[] {
  return texts.map((text) => ({ text }));
}

/** Sections are set off by their indentation, by which editors fold. */
function section(title: string, lines: readonly StateLine[]): readonly StateLine[] {
  if (lines.length === 0) return [];
  return [{ text: '' }, { text: title }, ...lines.map((line) => ({ ...line, text: `  ${line.text}` }))];
}

function titleLine({ record }: KnownAllocation, { cluster }: StateWords): StateLine {
  const { id, jobId, jobVersion, group, index, nodeId, nodeName, namespace } = record;
  const job = clean(jobId);
  const node = nodeId.slice(0, 8);
  const where = nodeName === undefined ? node : `${clean(nodeName)} (${node})`;
  const text = joined([
    `Job ${job} v${String(jobVersion)}`,
    `${clean(group)}${index === undefined ? '' : `[${String(index)}]`}`,
    `allocation ${clean(id)}`,
    node === '' ? undefined : `node ${where}`,
    `${clean(cluster)} / ${clean(namespace)}`,
  ]);
  const links: StateLink[] = [{ text: job, to: { kind: 'job', id: record.jobKey } }];
  if (node !== '') links.push({ text: where, to: { kind: 'node', id: nodeId } });
  return { text, links };
}

function standingLines(standing: Standing, { moment }: StateWords): readonly StateLine[] {
  switch (standing.kind) {
    case 'live':
      return [];
    case 'reading':
      return [{ text: 'Reading what Nomad knows of it' }];
    case 'stale': {
      const { sinceMs, why } = standing;
      return [{ text: `${sinceMs === undefined ? 'Not read' : `Stale since ${moment(sinceMs)}`}: ${clean(why)}` }];
    }
    case 'collected': {
      const { sinceMs } = standing;
      const was = sinceMs === undefined ? '' : `; what is below was right at ${moment(sinceMs)}`;
      return [{ text: `Collected: Nomad has removed this allocation${was}` }];
    }
  }
}

function headLines({ usage, standing }: AllocationState, { record, allocated }: KnownAllocation, words: StateWords) {
  const { clientStatus, desiredStatus = 'run', desiredDescription = '', clientDescription = '' } = record;
  const wants =
    desiredStatus === 'run' && desiredDescription === '' ? undefined : joined([desiredStatus, desiredDescription]);
  const using = standing.kind === 'live' ? usageSummary(allocated, usage, words.nowMs) : undefined;
  return [
    `State    ${inWords(allocationStatus(record, words.nowMs))}`,
    ...(clientDescription === '' ? [] : [`Client   ${joined([clean(clientStatus), clean(clientDescription)])}`]),
    ...(wants === undefined ? [] : [`Desired  ${clean(wants)}`]),
    ...(using === undefined ? [] : [`Using    ${using}`]),
  ];
}

function eventLines({ events, eventsLeftOut }: KnownAllocation, words: StateWords): readonly string[] {
  if (events.length === 0) return ['The client has not reported any event yet'];
  const left = eventsLeftOut === 0 ? [] : [`${String(eventsLeftOut)} earlier events are left out`];
  return [...left, ...timelineLines(events, words)];
}

function deploymentLines({ deployment }: AllocationState, { record, healthAtMs }: KnownAllocation, words: StateWords) {
  const { deploymentId, healthy, canary } = record;
  if (deploymentId === undefined) return [];
  const since = healthAtMs === undefined ? '' : ` since ${words.moment(healthAtMs)}`;
  const health =
    healthy === true ? `healthy${since}` : healthy === false ? `unhealthy${since}` : 'health not decided yet';
  const own = joined([canary ? 'canary' : undefined, health]);
  return [own, told(deployment, deploymentId, ({ status, statusDescription }) => statusDescription || status)];
}

function told<T>(part: Told<T> | undefined, id: string, words: (value: T) => string): string {
  const name = `deployment ${clean(id.slice(0, 8))}`;
  if (part === undefined) return name;
  return `${name}: ${'refused' in part ? `not read: ${clean(part.refused)}` : clean(words(part.value))}`;
}

/** The allocations before and after this one, and why they follow each other. */
function chainLines(state: AllocationState, known: KnownAllocation, words: StateWords): readonly StateLine[] {
  const { record, previousId, reschedules } = known;
  const before = reschedules.slice(-5).map(({ id, atMs, delayMs }) => {
    const when = atMs === undefined ? '' : ` ${words.moment(atMs)}, ${ago(atMs, words.nowMs)}`;
    const wait = delayMs > 0 ? `, ${secondsText(delayMs)} after it failed` : '';
    return linked(`Rescheduled from ${clean(id.slice(0, 8))}${when}${wait}`, id);
  });
  const pending = state.replacedAtMs;
  return [
    ...before,
    ...(previousId === undefined ? [] : [neighbour('Previous', previousId, state.previous, words)]),
    ...(record.nextAllocation === undefined ? [] : [neighbour('Next', record.nextAllocation, state.next, words)]),
    ...(pending === undefined ? [] : [{ text: `Nomad places another one at ${words.moment(pending)}` }]),
  ];
}

function neighbour(which: string, id: string, part: Told<Neighbour> | undefined, words: StateWords): StateLine {
  const head = `${which.padEnd(8)}  ${clean(id.slice(0, 8))}`;
  if (part === undefined) return linked(head, id);
  if ('refused' in part) return linked(`${head}  not read: ${clean(part.refused)}`, id);
  const { record } = part.value;
  if (record === null) return { text: `${head}  collected` };
  const why = record.desiredStatus === 'run' ? undefined : record.desiredDescription;
  const name = clean(record.name ?? '');
  return linked(`${head}  ${joined([name, inWords(allocationStatus(record, words.nowMs)), why])}`, id);
}

function linked(text: string, id: string): StateLine {
  return { text, links: [{ text: clean(id.slice(0, 8)), to: { kind: 'allocation', id } }] };
}

function secondsText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${String(seconds)} s` : `${String(Math.round(seconds / 60))} min`;
}

function environmentLines({ environment }: KnownAllocation): readonly string[] {
  const only = environment.length === 1;
  return environment.flatMap(({ task, variables, templates }) => {
    const lines = [
      ...variables.map(([name, value]) => `${clean(name)}=${clean(value)}`),
      ...templates.map((path) => `and what the template ${clean(path)} brings, which Nomad does not tell`),
    ];
    if (lines.length === 0) return [];
    return only ? lines : [clean(task), ...lines.map((line) => `  ${line}`)];
  });
}
