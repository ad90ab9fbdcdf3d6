import * as vscode from 'vscode';
import { jobKey } from '../model/keys.ts';
import { isNomadError } from '../nomad/errors.ts';
import { withQuietProgress } from '../platform/signals.ts';
import { plain } from '../base/plain.ts';
import { showDiff } from '../platform/window.ts';
import { findJobspec } from './jobspecInput.ts';
import type { Connected } from './workbench.ts';

/** Opens the source of the running job against the jobspec in the editor. */
export async function compareSources(connected: Connected, argument: unknown): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const named = argument instanceof vscode.Uri ? argument : active;
  const document = await findJobspec((named && connected.plans.jobspecOf(named)) ?? argument);
  const jobspec = await connected.jobspecs.read(document);
  const first = jobspec.jobs[0];
  if (first === undefined) throw new Error('the file has no job block.');
  const { cluster, sources } = connected;
  const ofConnection = cluster.namespace === '*' ? 'default' : cluster.namespace;
  const namespace = connected.tickets.get(document.uri)?.job.Namespace ?? first.namespace ?? ofConnection;
  const left = await withQuietProgress(`Reading the source of ${first.id}`, async (signal) => {
    try {
      const { value } = await cluster.client.jobs.read(first.id, { namespace, signal });
      const target = {
        client: cluster.client,
        cluster: cluster.label,
        namespace,
        jobId: first.id,
        version: value.Version,
      };
      return { uri: await sources.load(target, signal), title: `v${String(value.Version)} on ${cluster.label}` };
    } catch (error) {
      if (!isNomadError(error, 'notFound')) throw error;
      return { uri: sources.nothing(first.id), title: `not on ${cluster.label}` };
    }
  });
  const title = plain(`${jobKey(namespace, first.id)}: ${left.title} ↔ editor`);
  await showDiff(left.uri, document.uri, title);
}
