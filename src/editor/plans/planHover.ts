import * as vscode from 'vscode';
import { Lifetime } from '../../base/lifetime.ts';
import { headFacts } from '../../wording/plan/planHead.ts';
import { schemes } from '../../platform/contributions.ts';
import type { Plan } from './plan.ts';

/** What the head of a plan leaves out: the index that it is checked against, and the exact time. */
export class PlanHover implements vscode.HoverProvider, vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #get: (uri: vscode.Uri) => Plan | undefined;

  constructor(get: (uri: vscode.Uri) => Plan | undefined) {
    this.#get = get;
    this.#life.own(vscode.languages.registerHoverProvider({ scheme: schemes.plan }, this));
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const plan = this.#get(document.uri);
    const line = document.lineAt(position.line);
    if (plan === undefined || !/^(?:Plan for|Revert) job /.test(line.text)) return undefined;
    const facts = headFacts(plan.view, plan.revertFrom);
    return new vscode.Hover(
      facts.map((fact) => new vscode.MarkdownString().appendText(fact)),
      line.range,
    );
  }

  dispose(): void {
    this.#life.dispose();
  }
}
