import * as vscode from 'vscode';
import { printable } from '../../base/plain.ts';
import { UserError } from '../../base/userError.ts';
import { parseJobKey, placeOf } from '../../state/tables/keys.ts';
import { languages } from '../../platform/contributions.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { pickJob } from '../../commands/pickers.ts';
import { allocationTarget, deploymentIdOf, jobTarget, regionTarget, targetsOf } from '../../commands/targets.ts';
import type { Connected, Workbench } from '../../commands/workbench.ts';

/** Puts the ids of the selected rows on the clipboard, a line each. */
export async function copyId(connected: Connected, argument: unknown, selection: unknown): Promise<void> {
  const { store } = connected.cluster;
  const ids = targetsOf(argument, selection).map((target) => {
    const key = jobTarget(store, target);
    return allocationTarget(target) ?? deploymentIdOf(target) ?? (key === undefined ? undefined : parseJobKey(key).id);
  });
  const known = ids.filter((id) => id !== undefined);
  if (known.length === 0) throw new UserError('nothing is selected that has an id.');
  // An id with a line end in it would run what follows when it is pasted into a shell.
  await vscode.env.clipboard.writeText(known.map(printable).join('\n'));
}

/** Narrows the views while a person types; Esc brings back what was there before. */
export async function filterJobs({ ask, filter }: Workbench): Promise<void> {
  const before = filter.text;
  const text = await ask.text({
    title: 'Filter jobs',
    prompt: 'Part of a name, namespace, type, group or node',
    value: before,
    // Asked for at every key.
    check: (typed) => {
      filter.setText(typed);
      return undefined;
    },
  });
  filter.setText(text ?? before);
}

/** Opens what a job was made from. */
export async function openJobSource(connected: Connected, argument: unknown): Promise<void> {
  const { cluster, sources } = connected;
  const key = jobTarget(cluster.store, argument) ?? (await pickJob(connected, 'Open the source of a job'));
  if (key === undefined) return;
  const { id } = parseJobKey(key);
  const place = placeOf(key, regionTarget(argument));
  await withQuietProgress(`Reading the source of ${id}`, async (signal) => {
    const { value } = await cluster.client.jobs.read(id, { ...place, signal });
    const target = { client: cluster.client, cluster: cluster.label, place, jobId: id, version: value.Version };
    await sources.show(target, signal);
  });
}

/** Opens a small jobspec that plans as it is. */
export async function newJobspec(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: languages.jobspec, content: firstJobspec });
  await vscode.window.showTextDocument(document);
}

const firstJobspec = `job "hello" {
  group "app" {
    count = 1

    task "server" {
      driver = "docker"

      config {
        image = "busybox:1"
        args  = ["httpd", "-f", "-p", "8080"]
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }
}
`;
