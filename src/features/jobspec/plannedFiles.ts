import * as vscode from 'vscode';
import { Lifetime } from '../../base/lifetime.ts';
import { textDigest, type PlanTicket } from '../../operations/ticket.ts';
import type { PlanDocuments } from '../../editor/plans/planDocuments.ts';
import type { Tickets } from '../../editor/plans/tickets.ts';
import { variableFileText } from '../../editor/jobspecs/variableFileText.ts';
import type { Workbench } from '../../commands/workbench.ts';

/** Ends plans whose variable files say something else: on disk, or in editors, whose text counts before it is saved. */
export class PlannedFiles implements vscode.Disposable {
  readonly #tickets: Tickets;
  readonly #plans: PlanDocuments;
  readonly #life = new Lifetime();
  /** What watches the files of a plan on disk, by jobspec. */
  readonly #watching = new Map<string, Lifetime>();

  constructor({ tickets, plans }: Pick<Workbench, 'tickets' | 'plans'>) {
    this.#tickets = tickets;
    this.#plans = plans;
    this.#life.own(
      tickets.onDidChange((uri) => {
        this.#follow(uri);
      }),
    );
    this.#life.own(
      // Whether the text is saved is told after the change itself, by an event that has no change.
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#look(document.uri);
      }),
    );
    for (const jobspec of tickets.all.keys()) this.#follow(vscode.Uri.parse(jobspec));
  }

  dispose(): void {
    this.#life.dispose();
    this.#unfollow();
  }

  #follow(uri: vscode.Uri | undefined): void {
    this.#unfollow(uri?.toString());
    const ticket = uri && this.#tickets.get(uri);
    if (ticket === undefined || ticket.variableFiles.length === 0) return;
    const watching = new Lifetime();
    for (const file of ticket.variableFiles) watching.own(this.#watch(vscode.Uri.parse(file.uri)));
    this.#watching.set(uri?.toString() ?? '', watching);
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

  /** Of one jobspec, or of all. */
  #unfollow(jobspec?: string): void {
    for (const [key, watching] of [...this.#watching]) {
      if (jobspec !== undefined && key !== jobspec) continue;
      watching.dispose();
      this.#watching.delete(key);
    }
  }

  #look(file: vscode.Uri): void {
    for (const [jobspec, ticket] of this.#tickets.all) {
      const planned = ticket.variableFiles.find(({ uri }) => uri === file.toString());
      if (planned !== undefined) void this.#compare(vscode.Uri.parse(jobspec), ticket, file, planned.digest);
    }
  }

  /** A file that was only saved says what it said before. */
  async #compare(jobspec: vscode.Uri, ticket: PlanTicket, file: vscode.Uri, digest: string): Promise<void> {
    const now = await variableFileText(file).then(textDigest, () => undefined);
    if (now === digest || this.#tickets.get(jobspec) !== ticket) return;
    this.#tickets.drop(jobspec);
    this.#plans.markOutdated(jobspec, { kind: 'variableFile', name: nameOf(file) });
  }
}

function nameOf({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A name as a pattern that fits it alone. */
function escaped(name: string): string {
  return name.replace(/[[\]{}*?]/g, (sign) => `[${sign}]`);
}
