import * as vscode from 'vscode';
import { Lifetime } from '../../base/lifetime.ts';
import { textDigest, type PlanTicket } from '../../operations/ticket.ts';
import { variableFileText } from '../jobspecs/variableFileText.ts';
import type { Plans } from './plans.ts';

/** Ends plans whose variable files say something else: on disk, or in editors, whose text counts before it is saved. */
export class PlannedFiles implements vscode.Disposable {
  readonly #plans: Plans;
  readonly #life = new Lifetime();
  /** What watches the files of a plan on disk, by jobspec. */
  readonly #watching = new Map<string, Lifetime>();

  constructor(plans: Plans) {
    this.#plans = plans;
    this.#life.own(
      plans.onDidChange((jobspec) => {
        this.#follow(jobspec);
      }),
    );
    this.#life.own(
      // Whether the text is saved is told after the change itself, by an event that has no change.
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#look(document.uri);
      }),
    );
    for (const { jobspec } of plans.tickets) this.#follow(jobspec);
  }

  dispose(): void {
    this.#life.dispose();
    for (const jobspec of [...this.#watching.keys()]) this.#unfollow(jobspec);
  }

  #follow(jobspec: vscode.Uri): void {
    const key = jobspec.toString();
    this.#unfollow(key);
    const ticket = this.#plans.ticketOf(jobspec);
    if (ticket === undefined || ticket.variableFiles.length === 0) return;
    const watching = new Lifetime();
    for (const file of ticket.variableFiles) watching.own(this.#watch(vscode.Uri.parse(file.uri)));
    this.#watching.set(key, watching);
    // One may have changed between being read and being watched.
    for (const file of ticket.variableFiles) this.#look(vscode.Uri.parse(file.uri));
  }

  #watch(file: vscode.Uri): Lifetime {
    const life = new Lifetime();
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(file, '..'), escaped(nameOf(file)));
    const watcher = life.own(vscode.workspace.createFileSystemWatcher(pattern));
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) {
      life.own(
        event(() => {
          this.#look(file);
        }),
      );
    }
    return life;
  }

  #unfollow(jobspec: string): void {
    this.#watching.get(jobspec)?.dispose();
    this.#watching.delete(jobspec);
  }

  #look(file: vscode.Uri): void {
    for (const { jobspec, ticket } of this.#plans.tickets) {
      const planned = ticket.variableFiles.find(({ uri }) => uri === file.toString());
      if (planned !== undefined) void this.#compare(jobspec, ticket, file, planned.digest);
    }
  }

  /** A file that was only saved says what it said before. */
  async #compare(jobspec: vscode.Uri, ticket: PlanTicket, file: vscode.Uri, digest: string): Promise<void> {
    const now = await variableFileText(file).then(textDigest, () => undefined);
    if (now === digest || this.#plans.ticketOf(jobspec) !== ticket) return;
    this.#plans.end(jobspec, { kind: 'variableFile', name: nameOf(file) });
  }
}

function nameOf({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A name as a pattern that fits it alone. */
function escaped(name: string): string {
  return name.replace(/[[\]{}*?]/g, (sign) => `[${sign}]`);
}
