import type * as vscode from 'vscode';
import { schemes } from '../../platform/contributions.ts';
import type { CurrentCluster } from '../../state/clusters/current.ts';
import type { OpenClusters } from '../../state/clusters/openClusters.ts';
import { ReadOnlyFiles } from '../documents/readOnlyDocuments.ts';

/** The clusters that files may be of. */
export interface FileClusters {
  readonly clusters: OpenClusters;
  readonly current: CurrentCluster;
}

/** The directories of allocations as a read-only file system. What reads them is read from disk with the first use. */
export class AllocationFiles extends ReadOnlyFiles {
  readonly #clusters: FileClusters;

  constructor(clusters: FileClusters) {
    super(schemes.files);
    this.#clusters = clusters;
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
