import * as vscode from 'vscode';
import { Lifetime } from '../../base/lifetime.ts';
import { schemes } from '../../platform/contributions.ts';
import { fileName, ReadOnlyDocuments } from './readOnlyDocuments.ts';

/** What happened to allocations, as read-only documents: one an allocation, renewed when it is asked for again. */
export class EventsDocuments implements vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #texts = this.#life.own(new ReadOnlyDocuments(schemes.events));

  /** @param name `web.app[0]` */
  async show(cluster: string, id: string, name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({
      scheme: schemes.events,
      path: `/${fileName(name)} events.txt`,
      query: `${cluster}/${id}`,
    });
    this.#texts.set(uri, text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#life.dispose();
  }
}
