import * as vscode from 'vscode';
import { schemes } from '../../platform/contributions.ts';
import type { CurrentCluster } from '../../state/clusters/current.ts';
import type { OpenClusters } from '../../state/clusters/openClusters.ts';
import { ReadOnlyFiles } from '../documents/readOnlyDocuments.ts';

/** The clusters that files may be of. */
export interface FileClusters {
  readonly clusters: OpenClusters;
  readonly current: CurrentCluster;
}

/**
 * The directories of allocations as a read-only file system. What reads them is read from disk with the first use. A file that
 * somebody comes back to is looked at again.
 */
export class AllocationFiles extends ReadOnlyFiles {
  readonly #clusters: FileClusters;

  constructor(clusters: FileClusters) {
    super(schemes.files);
    this.#clusters = clusters;
    this.life.own(
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#lookAgain();
      }),
    );
    this.life.own(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.#lookAgain();
      }),
    );
  }

  /** Nodes don't tell of changes. So VS Code is told that there may be some: it looks, and reads only what is another. */
  #lookAgain(): void {
    const seen = vscode.window.visibleTextEditors.map(({ document }) => document.uri);
    const own = seen.filter(({ scheme }) => scheme === schemes.files);
    if (own.length === 0) return;
    this.changed.fire(own.map((uri) => ({ type: vscode.FileChangeType.Changed, uri })));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return (await this.#reading()).stat(this.#clusters, uri);
  }

  override readonly readDirectory = async (uri: vscode.Uri): Promise<[string, vscode.FileType][]> =>
    (await this.#reading()).readDirectory(this.#clusters, uri);

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#reading()).readFile(this.#clusters, uri);
  }

  #reading() {
    return import('./readAllocationFiles.ts');
  }
}
