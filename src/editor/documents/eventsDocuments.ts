import * as vscode from 'vscode';
import { Lifetime } from '../../base/lifetime.ts';
import type { ClusterId } from '../../state/clusters/clusterId.ts';
import { schemes } from '../../platform/contributions.ts';
import { documentUri } from '../../platform/documentUri.ts';
import { fileName } from '../../base/plain.ts';
import { ReadOnlyDocuments } from './readOnlyDocuments.ts';

/** What happened to allocations, as read-only documents: one per allocation, updated when it is opened again. */
export class EventsDocuments implements vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #texts = this.#life.own(new ReadOnlyDocuments(schemes.events));

  /** @param name `web.app[0]` */
  async show(cluster: ClusterId, id: string, name: string, text: string): Promise<void> {
    const uri = documentUri(schemes.events, `${fileName(name)} events.txt`, { cluster, allocation: id });
    this.#texts.set(uri, text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#life.dispose();
  }
}
