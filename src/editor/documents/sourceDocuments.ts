import * as vscode from 'vscode';
import { Lifetime } from '../../base/lifetime.ts';
import type { Place } from '../../state/tables/place.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { Job } from '../../nomad/types/job.ts';
import { schemes } from '../../platform/contributions.ts';
import { fileName, ReadOnlyDocuments } from './readOnlyDocuments.ts';

export interface SourceTarget {
  readonly client: PlacedClient;
  /** Name of the cluster for people. */
  readonly cluster: string;
  readonly place: Place;
  readonly jobId: string;
  readonly version: number;
}

/** What jobs were made from, as read-only documents: the submitted jobspec, else the job as JSON. */
export class SourceDocuments implements vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #texts = this.#life.own(new ReadOnlyDocuments(schemes.source));

  /** Fetches the source of one version. @throws NomadError when the job is not there */
  async load(target: SourceTarget, signal?: AbortSignal): Promise<vscode.Uri> {
    const { source, extension } = await readSource(target, signal);
    const name = `${fileName(target.jobId)} v${String(target.version)}${extension}`;
    const uri = vscode.Uri.from({
      scheme: schemes.source,
      path: `/${name}`,
      query: [target.cluster, target.place.region ?? '', target.place.namespace, target.jobId].join('/'),
    });
    this.#texts.set(uri, source);
    return uri;
  }

  async show(target: SourceTarget, signal?: AbortSignal): Promise<void> {
    const document = await vscode.workspace.openTextDocument(await this.load(target, signal));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** An empty document, for the side of a comparison that has nothing. */
  nothing(jobId: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: schemes.source, path: `/${fileName(jobId)} does not run yet.nomad.hcl` });
    this.#texts.set(uri, '');
    return uri;
  }

  dispose(): void {
    this.#life.dispose();
  }
}

async function readSource(target: SourceTarget, signal?: AbortSignal): Promise<{ source: string; extension: string }> {
  const options = { ...target.place, ...(signal === undefined ? {} : { signal }) };
  try {
    const { value } = await target.client.jobs.submission(target.jobId, target.version, options);
    return { source: value.Source, extension: value.Format === 'json' ? '.json' : '.nomad.hcl' };
  } catch (error) {
    // A job that was not submitted with its source, or an agent before 1.6: the job itself is what there is.
    if (!isNomadError(error, 'notFound', 'unsupported')) throw error;
  }
  const { value } = await target.client.jobs.versions(target.jobId, options);
  const job = value.Versions.find((version: Job) => version.Version === target.version) ?? value.Versions[0];
  return { source: `${JSON.stringify(job, undefined, 2)}\n`, extension: '.json' };
}
