import * as vscode from 'vscode';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';

interface Kept {
  readonly bytes: Uint8Array;
  /** Grows with every text, so that VS Code notices the change. */
  readonly mtime: number;
}

/**
 * A file system of read-only documents of one scheme. They are files because, of all virtual documents, VS Code only
 * reopens those after a window reload.
 */
export abstract class ReadOnlyFiles implements vscode.FileSystemProvider, vscode.Disposable {
  protected readonly life = new Lifetime();
  protected readonly changed = this.life.own(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  readonly onDidChangeFile = this.changed.event;

  constructor(scheme: string) {
    this.life.own(
      vscode.workspace.registerFileSystemProvider(scheme, this, { isReadonly: true, isCaseSensitive: true }),
    );
  }

  abstract stat(uri: vscode.Uri): vscode.FileStat | Promise<vscode.FileStat>;

  /** Most documents stand in no directory. */
  readonly readDirectory: (uri: vscode.Uri) => [string, vscode.FileType][] | Promise<[string, vscode.FileType][]> =
    () => [];

  abstract readFile(uri: vscode.Uri): Uint8Array | Promise<Uint8Array>;

  /** Changes are always told. */
  watch(): Disposable {
    return { dispose: () => undefined };
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.life.dispose();
  }
}

/** What is behind the documents of a scheme that grow by edits. */
interface Growing extends Disposable {
  /** The text that a document begins with. */
  text(uri: vscode.Uri): string;
}

/** Read-only documents of one scheme that change by edits. What is behind them is read from disk with the first one. */
export abstract class GrowingFiles<Open extends Growing> extends ReadOnlyFiles {
  readonly #load: () => Promise<Open>;
  #open: Promise<Open> | undefined;

  constructor(scheme: string, load: () => Promise<Open>) {
    super(scheme);
    this.#load = load;
  }

  /** All that are open. */
  open(): Promise<Open> {
    this.#open ??= this.#load().then((open) => this.life.own(open));
    return this.#open;
  }

  /** Always the same, so that VS Code doesn't read a document anew when its tab is chosen again: edits change it. */
  stat(): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 0, mtime: 1, size: 0 };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from((await this.open()).text(uri));
  }
}

/** Read-only documents of one scheme whose text is kept here and may be replaced while they are open. */
export class ReadOnlyDocuments extends ReadOnlyFiles {
  readonly #files = new Map<string, Kept>();
  readonly #ofBefore: (uri: vscode.Uri) => string | undefined;
  #texts = 0;

  /** @param ofBefore what to show in a document that was open before a window reload */
  constructor(scheme: string, ofBefore: (uri: vscode.Uri) => string | undefined = () => undefined) {
    super(scheme);
    this.#ofBefore = ofBefore;
    this.life.own(
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document.uri.scheme === scheme) this.#files.delete(document.uri.toString());
      }),
    );
  }

  set(uri: vscode.Uri, text: string): void {
    this.#texts += 1;
    this.#files.set(uri.toString(), { bytes: Buffer.from(text), mtime: this.#texts });
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { bytes, mtime } = this.#read(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime, size: bytes.byteLength };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.#read(uri).bytes;
  }

  #read(uri: vscode.Uri): Kept {
    return this.#files.get(uri.toString()) ?? { bytes: Buffer.from(this.#ofBefore(uri) ?? notKept), mtime: 0 };
  }
}

const notKept = 'This document is not kept any longer. Close it and ask for it again.\n';
