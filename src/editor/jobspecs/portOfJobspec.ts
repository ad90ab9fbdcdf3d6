import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import { isKnown } from '../../hcl/evaluation/told.ts';
import { portAt, type NamedPort } from '../../hcl/jobspec.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { findJobspec } from './findJobspec.ts';
import { placeOfJobspec, type NamedJob } from './placeOfJobspec.ts';
import type { JobspecServices } from './services.ts';

/**
 * The port of the block that the cursor is in, and the job that it is of.
 *
 * @throws UserError where the cursor is in no such block, or where the job is not known before a plan
 */
export async function portOfJobspec(
  services: JobspecServices,
  cluster: Cluster,
  argument: unknown,
): Promise<NamedJob & NamedPort> {
  const document = await findJobspec(argument);
  const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
  const jobspec = await services.jobspecs.read(document);
  const port = editor && portAt(jobspec, editor.selection.active);
  if (port === undefined)
    throw new UserError('the cursor is in no block of a port, and of no service that names one. Put it there first.');
  const job = await placeOfJobspec(services, cluster, document);
  if (!isKnown(job)) throw new UserError(`${job.unknown}. Call it on a row of the tree instead.`);
  return { ...job.known, ...port };
}
