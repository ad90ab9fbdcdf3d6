import * as vscode from 'vscode';
import { printable } from '../../base/plain.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { withFocused } from '../../commands/focused.ts';
import { lookUpAllocation } from '../../commands/lookUpAllocation.ts';
import { allocationLabel, pickJob } from '../../commands/pickers.ts';
import { allocationTarget, groupTarget, jobTarget, regionTarget, taskTarget } from '../../commands/targets.ts';
import { logUri } from '../../editor/logs/logUri.ts';
import { readAllocationsOfJob } from '../../operations/allocations.ts';
import type { LogTarget } from '../../operations/logs/types.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { parseJobKey, placeOf, type JobKey } from '../../state/tables/keys.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';
import { allocationStatus } from '../../wording/status.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = {
  doing: 'show the logs',
  effect: 'read',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Show logs',
  icon: '$(output)',
  menus: {
    'view/item/context': [
      { when: 'view =~ /^nomad\\./ && viewItem =~ /^(job|allocation|task)\\b/', group: 'inline@3' },
      { when: 'view =~ /^nomad\\./ && viewItem =~ /^(job|group|allocation|task)\\b/', group: '2_job@0' },
    ],
  },
  keybindings: [
    {
      key: 'l',
      args: 'focused',
      when: 'focusedView =~ /^nomad\\.(jobs|deployments|allocations)$/ && listFocus && !inputFocus && !treestickyScrollFocused',
    },
  ],
};

type Used = Uses<'cluster' | 'ask' | 'views' | 'logs'>;

/** Whose logs are to be shown, and what they are called on the tab. */
interface Chosen {
  readonly target: LogTarget;
  readonly name: string;
}

/** Shows what a task, the tasks of an allocation, or all of a group or a job write, and goes on as they write more. */
export async function showLogs(given: Used, argument: unknown): Promise<void> {
  const { cluster, logs } = given;
  const about = await withFocused(given, argument);
  const chosen = about && (await choose(given, about.argument));
  if (chosen === undefined) return;
  const uri = (await logs.open()).addressOf(logUri({ cluster: cluster.id, ...chosen }));
  await vscode.window.showTextDocument(uri, { preview: true });
}

async function choose(given: Used, argument: unknown): Promise<Chosen | undefined> {
  const { store } = given.cluster;
  const region = regionTarget(argument);
  const allocation = allocationTarget(argument);
  const named = jobTarget(store, argument);
  if (allocation !== undefined) {
    const record = await lookUpAllocation(given, allocation, { job: named, region }, ({ name }) => name !== undefined);
    return chosenOf(record, taskTarget(store, argument).task, region);
  }
  const job = named ?? (await pickJob(given, 'Show the logs of a job'));
  if (job === undefined) return undefined;
  if (named !== undefined) return wholeOf(job, groupTarget(argument), region);
  return choosePart(given, job, region);
}

function chosenOf(record: AllocationRecord, task: string | undefined, region: string | undefined): Chosen {
  const name = record.name ?? `${record.jobId}.${allocationLabel(record)}`;
  const target = { job: record.jobKey, group: record.group, allocation: record.id, region };
  return task === undefined
    ? { target, name: printable(name) }
    : { target: { ...target, task }, name: printable(`${name} ${task}`) };
}

function wholeOf(job: JobKey, group: string | undefined, region: string | undefined): Chosen {
  const { id } = parseJobKey(job);
  return group === undefined
    ? { target: { job, region }, name: printable(id) }
    : { target: { job, group, region }, name: printable(`${id}.${group}`) };
}

/** From the palette: all of the job, or less of it, where there is less. */
async function choosePart(given: Used, job: JobKey, region: string | undefined): Promise<Chosen | undefined> {
  const { cluster, ask } = given;
  const { id } = parseJobKey(job);
  const all = await withQuietProgress('Reading the allocations', (signal) =>
    readAllocationsOfJob(cluster.client, id, placeOf(job, region), signal),
  );
  const whole = wholeOf(job, undefined, region);
  if (all.length < 2) return whole;
  const groups = [...new Set(all.map(({ group }) => group))];
  const nowMs = Date.now();
  return ask.pick(`Logs of ${id} on ${cluster.label}`, [
    { label: 'All allocations', description: `${String(all.length)}, and those to come`, value: whole },
    ...(groups.length < 2
      ? []
      : groups.map((group) => ({ label: group, description: 'group', value: wholeOf(job, group, region) }))),
    ...all.map((one) => ({
      label: allocationLabel(one),
      description: allocationStatus(one, nowMs).detail,
      detail: one.id.slice(0, 8),
      value: chosenOf(one, undefined, region),
    })),
  ]);
}
