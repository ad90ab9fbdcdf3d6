import * as vscode from 'vscode';
import { Lifetime } from '../../base/lifetime.ts';
import type { ClusterId } from '../../state/clusters/clusterId.ts';
import type { Place } from '../../state/tables/place.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { readSource } from '../../operations/readSource.ts';
import { schemes } from '../../platform/contributions.ts';
import { documentUri } from '../../platform/documentUri.ts';
import { fileName } from '../../base/plain.ts';
import { ReadOnlyDocuments } from './readOnlyDocuments.ts';

export interface SourceTarget {
  readonly cluster: { readonly id: ClusterId; readonly client: PlacedClient };
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
    const { cluster, jobId, version, place } = target;
    const options = { ...place, ...(signal === undefined ? {} : { signal }) };
    const { text, format } = await readSource(cluster.client, jobId, version, options);
    const name = `${fileName(jobId)} v${String(version)}${format === 'json' ? '.json' : '.nomad.hcl'}`;
    const uri = documentUri(schemes.source, name, { cluster: cluster.id, ...place, job: jobId });
    this.#texts.set(uri, text);
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
