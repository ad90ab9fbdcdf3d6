import { fileName } from '../../base/plain.ts';
import type { Incident, Read } from './readIncident.ts';
import { redactedText, withoutSecretValues } from './redact.ts';
import { incidentText, type IncidentWords } from './incidentText.ts';
import { eventsText } from '../../wording/eventsText.ts';

/** A file of a report. */
export interface IncidentFile {
  /** Relative to the folder of the report. */
  readonly path: readonly string[];
  readonly text: string;
}

/** An incident as files: a report for people, and what Nomad answered. Values that look secret are redacted. */
export function incidentFiles(incident: Incident, words: IncidentWords): IncidentFile[] {
  const { Job, ...allocation } = incident.allocation;
  const read: readonly (readonly [string, Read<unknown>])[] = [
    ['allocation', { value: allocation }],
    ['job', { value: Job ?? null }],
    ['deployment', incident.deployment],
    ['evaluations', incident.evaluations],
    ['allocations', incident.allocations],
    ['stats', incident.stats],
  ];
  return [
    { path: ['report.md'], text: redactedText(incidentText(incident, words)) },
    { path: ['events.txt'], text: redactedText(eventsText(incident.allocation, words)) },
    ...read.flatMap(([name, part]) =>
      'refused' in part || part.value === null ? [] : [{ path: [`${name}.json`], text: json(part.value) }],
    ),
    ...incident.logs.flatMap(({ task, stream, read: log }) =>
      'refused' in log || log.value === ''
        ? []
        : [{ path: ['logs', `${fileName(task)}.${stream}.log`], text: redactedText(log.value) }],
    ),
  ];
}

function json(value: unknown): string {
  return `${JSON.stringify(withoutSecretValues(value), null, 2)}\n`;
}
