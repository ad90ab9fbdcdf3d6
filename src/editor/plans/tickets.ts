import type * as vscode from 'vscode';
import { Emitter } from '../../base/events.ts';
import { Lifetime } from '../../base/lifetime.ts';
import type { PlanTicket } from '../../operations/ticket.ts';

/** The last plan of each jobspec, while its text and variables are as they were planned. */
export class Tickets {
  readonly #life = new Lifetime();
  readonly #byDocument = new Map<string, PlanTicket>();
  readonly #changed = this.#life.own(new Emitter<vscode.Uri | undefined>());
  readonly onDidChange = this.#changed.event;

  get(uri: vscode.Uri): PlanTicket | undefined {
    return this.#byDocument.get(uri.toString());
  }

  /** With the jobspecs that they are of. */
  get all(): ReadonlyMap<string, PlanTicket> {
    return this.#byDocument;
  }

  set(uri: vscode.Uri, ticket: PlanTicket): void {
    this.#byDocument.set(uri.toString(), ticket);
    this.#changed.fire(uri);
  }

  /** Returns whether there was one. */
  drop(uri: vscode.Uri): boolean {
    const had = this.#byDocument.delete(uri.toString());
    if (had) this.#changed.fire(uri);
    return had;
  }

  /** Drops all: what was planned against one cluster says nothing of another. */
  clear(): void {
    if (this.#byDocument.size === 0) return;
    this.#byDocument.clear();
    this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#life.dispose();
  }
}
