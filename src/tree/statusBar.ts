import * as vscode from 'vscode';
import { Lifetime } from '../base/lifetime.ts';
import type { Disposable } from '../base/lifetime.ts';
import { label } from '../base/plain.ts';
import { commands, languages } from '../platform/contributions.ts';
import { createStatusItem, setStatusText } from '../platform/window.ts';
import type { StatusItem } from '../platform/window.ts';
import type { StatusBarFace } from './clusterWords.ts';
import { factTable } from './text.ts';

const backgrounds = {
  quiet: undefined,
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
};

/** The cluster in the status bar: there from the first connection on, and while a jobspec is open. */
export class StatusBar implements Disposable {
  readonly #lifetime = new Lifetime();
  readonly #item: StatusItem;
  #wanted = false;
  #drawn = '';
  #shown = false;

  constructor() {
    this.#item = this.#lifetime.own(createStatusItem('nomad.cluster', 10));
    this.#item.name = 'Nomad cluster';
    this.#item.command = commands.showMenu;
    this.#lifetime.own(
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.#showOrHide();
      }),
    );
  }

  /** @param wanted whether it stays without a jobspec */
  draw(face: StatusBarFace, wanted: boolean): void {
    this.#wanted = wanted;
    const drawn = JSON.stringify(face);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      const tooltip = new vscode.MarkdownString(factTable(face.title, face.facts));
      tooltip.isTrusted = false;
      setStatusText(this.#item, 'server-environment', label(face.text));
      this.#item.tooltip = tooltip;
      this.#item.backgroundColor = backgrounds[face.tone];
      this.#item.accessibilityInformation = { label: face.accessibleLabel };
    }
    this.#showOrHide();
  }

  #showOrHide(): void {
    const editors = vscode.window.visibleTextEditors;
    const jobspecOpen = editors.some((editor) => editor.document.languageId === languages.jobspec);
    const shown = this.#wanted || jobspecOpen;
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (shown) this.#item.show();
    else this.#item.hide();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }
}
