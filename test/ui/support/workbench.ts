/// <reference lib="dom" />
import type { Locator } from 'playwright-core';
import { eventually } from './eventually.ts';
import { focusEditorKey, Session, tidyUpKey } from './session.ts';
import type { SessionOptions } from './session.ts';
import { appears, disappears, QuickInput } from './quickInput.ts';
import { SideBar } from './sideBar.ts';

/** An entry of the quick pick that is open. */
export interface PickRow {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** The workbench as a person sees and uses it. Every method waits for what it needs. */
export class Workbench extends SideBar {
  readonly #session: Session;
  readonly #quick: QuickInput;

  private constructor(session: Session) {
    super(session.page);
    this.#session = session;
    this.#quick = new QuickInput(session.page);
  }

  /** Starts a workbench of its own with the packaged extension and opens a folder in it. */
  static async start(folder: string, options: SessionOptions = {}): Promise<Workbench> {
    const workbench = new Workbench(await Session.start(options));
    try {
      await workbench.open(folder);
      return workbench;
    } catch (error) {
      await workbench.saveEvidence('start');
      await workbench.close();
      throw error;
    }
  }

  /** Opens a folder in place of the one that is open. */
  async open(folder: string): Promise<void> {
    await this.page.goto(this.#session.address(folder), { waitUntil: 'domcontentloaded' });
    await this.#activityItem('Nomad').waitFor({ timeout: 60_000 });
  }

  /** Whether the window shows this folder, and no other beside it. */
  isOpen(folder: string): boolean {
    return new URL(this.page.url()).searchParams.get('folder') === folder;
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  /** Saves a picture as `out/screenshots/<name>.png`. The mouse moves aside first unless what it shows is wanted. */
  async screenshot(name: string, options: { readonly withHover?: boolean } = {}): Promise<string> {
    if (!options.withHover) {
      await this.page.mouse.move(400, 10);
      // One that was opened by key stays, and may.
      await disappears(this.page.locator('.monaco-hover:visible').first());
    }
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
    return this.#session.screenshot(name);
  }

  async saveEvidence(name: string): Promise<void> {
    await this.#session.saveEvidence(name);
  }

  /** Loads the window anew as a person does, so that it has the time to keep its state. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('domcontentloaded', { timeout: 60_000 });
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.#activityItem('Nomad').waitFor({ timeout: 60_000 });
  }

  async setTheme(theme: 'dark' | 'light'): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    await this.pickItem(theme === 'dark' ? 'Dark 2026' : 'Light 2026');
    await this.page.locator(`.monaco-workbench.${theme === 'dark' ? 'vs-dark' : 'vs'}`).waitFor();
  }

  async widenSideBar(pixels: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (box === null) throw new Error('The side bar is not shown.');
    const [x, y] = [box.x + box.width + 2, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + pixels, y, { steps: 4 });
    await this.page.mouse.up();
  }

  /** Shows the extension's view container. A click on the one that shows already would hide it, so only one that doesn't is clicked. */
  async showNomad(): Promise<void> {
    const item = this.#activityItem('Nomad');
    const shown = item.and(this.page.locator('.checked'));
    for (let clicks = 0; clicks < 3 && !(await appears(shown, clicks === 0 ? 1000 : 5000)); clicks += 1)
      await item.click();
    await this.page.locator('.sidebar .composite.title', { hasText: 'Nomad' }).waitFor();
    await this.page.locator('.sidebar .pane-header').first().waitFor();
  }

  /** What the activity bar says of the extension: the name, and what its badge counts. */
  async badge(): Promise<string> {
    const item = this.#activityItem('Nomad');
    const count = item.locator('.badge-content');
    const words = (await item.locator('.action-label').getAttribute('aria-label')) ?? '';
    return (await count.isVisible()) ? `${await count.innerText()}: ${words}` : words;
  }

  /** Runs a command by its whole title in the palette, `Nomad: Refresh`. */
  async runCommand(title: string): Promise<void> {
    await this.#quick.choose('F1', `>${title}`, title);
  }

  /** Closes editors without saving them, messages and the panel, so that nothing of an earlier test is in the way. */
  async tidyUp(): Promise<void> {
    await this.page.keyboard.press('Escape');
    while ((await this.page.locator('.tab.dirty').count()) > 0) await this.#discardOne();
    const left = this.page.locator('.tab:visible, .notification-list-item:visible, .part.panel:visible').first();
    await this.#quick.pressUntilGone(tidyUpKey, left);
  }

  /** Opens a file of the folder by its name, and gives its editor the focus: what is done from the palette is done to that. */
  async openFile(name: string): Promise<void> {
    await this.#quick.choose('Control+p', name, name);
    const focused = this.page.locator('.monaco-editor.focused');
    const seen = async (): Promise<string> => {
      if ((await focused.count()) === 1) return decodeURIComponent((await focused.getAttribute('data-uri')) ?? '');
      return `no editor; the focus is in ${await this.page.evaluate<string>('document.activeElement?.className ?? ""')}`;
    };
    const there = (uri: string): boolean => uri.endsWith(`/${name}`);
    // The workbench may give the focus back to where it was before the list opened, after it gave it to the editor.
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    if (!(await appears(focused, 5000))) await this.page.keyboard.press('Control+1');
    await eventually(`editor of ${name}`, seen, there);
  }

  /**
   * Resolves to the text of the notification that contains `text`. The workbench drops the fourth of several quick
   * toasts, so after a second the notification centre is asked too.
   */
  async notification(text: string): Promise<string> {
    const item = this.#notification(text);
    if (!(await appears(item)) && !(await this.page.locator('.notifications-center.visible').isVisible())) {
      await this.page.locator('.statusbar-item[id="status.notifications"]').click();
    }
    return item.innerText();
  }

  /** Resolves to the text of a message that pops up, without looking for it in the notification centre. */
  async toast(text: string, timeoutMs = 30_000): Promise<string> {
    const item = this.page.locator('.notification-list-item', { hasText: text }).last();
    await item.waitFor({ timeout: timeoutMs });
    return item.innerText();
  }

  /** Answers a message that popped up. */
  async answerToast(text: string, button: string): Promise<void> {
    await this.toast(text);
    const item = this.page.locator('.notification-list-item', { hasText: text }).last();
    await item.locator('.monaco-button').getByText(button, { exact: true }).click();
  }

  async clickNotificationButton(text: string, button: string): Promise<void> {
    await this.notification(text);
    await this.#notification(text).locator('.monaco-button', { hasText: button }).click();
  }

  /** Title and prompt of the input box that is open. */
  async inputBox(title: string): Promise<string> {
    const widget = this.#quick.widget.filter({ hasText: title });
    await widget.waitFor();
    return widget.innerText();
  }

  /** The entries of the quick pick that is open; with `title`, of the one that is called so. */
  async quickPick(title?: string): Promise<PickRow[]> {
    const widget = this.#quick.widget;
    if (title !== undefined) await widget.filter({ hasText: title }).waitFor();
    await widget.locator('.monaco-list-row').first().waitFor();
    return widget.locator('.monaco-list-row').evaluateAll((rows) =>
      rows.map((row) => ({
        label: row.querySelector('.label-name')?.textContent ?? '',
        description: row.querySelector('.label-description')?.textContent ?? '',
        detail: row.querySelector('.quick-input-list-label-meta')?.textContent ?? '',
      })),
    );
  }

  /**
   * Chooses an entry of a row's menu that opens a quick pick, and resolves to its entries. The workbench gives a tree the
   * focus back when it has drawn rows anew, which closes a list that opened in the same moment. A person asks again then.
   */
  async quickPickFrom(view: string, label: string, entry: string, title: string): Promise<PickRow[]> {
    const opened = this.#quick.widget.filter({ hasText: title }).locator('.monaco-list-row').first();
    for (let more = 2; more > 0; more -= 1) {
      await this.contextMenu(view, label, entry);
      if ((await appears(opened, 10_000)) || (await this.#quick.widget.isVisible())) return this.quickPick(title);
    }
    await this.contextMenu(view, label, entry);
    return this.quickPick(title);
  }

  /** Chooses from the quick pick that is open. */
  async pickItem(label: string): Promise<void> {
    await this.#quick.row(label).click();
  }

  /** Ticks an entry of a quick pick that takes several. */
  async checkItem(label: string): Promise<void> {
    await this.#quick.row(label).click();
  }

  async acceptPick(): Promise<void> {
    await this.#quick.accept();
  }

  /** Answers the input box that is open. */
  async enterText(text: string): Promise<void> {
    await this.#quick.box.fill(text);
    await this.#quick.accept();
  }

  /** Message and detail of the modal dialog. */
  async modalText(): Promise<string> {
    return this.page.locator('.monaco-dialog-box .dialog-message-container').innerText();
  }

  async clickModalButton(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box').getByRole('button', { name: button, exact: true }).click();
    await this.page.locator('.monaco-dialog-box').waitFor({ state: 'detached' });
  }

  /** What the active terminal shows. */
  async terminalText(): Promise<string> {
    const rows = this.page.locator('.terminal-wrapper.active .xterm-rows > div');
    const lines = await rows.evaluateAll((divs) => divs.map((div) => div.textContent));
    return lines.map((line) => line.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
  }

  async waitForTerminal(text: string, timeoutMs?: number): Promise<string> {
    return eventually(
      'terminal',
      () => this.terminalText(),
      (shown) => shown.includes(text),
      timeoutMs,
    );
  }

  async typeInTerminal(text: string): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await this.page.keyboard.type(text);
  }

  /** Closes all terminals. */
  async killTerminals(): Promise<void> {
    const terminals = this.page.locator('.terminal-wrapper');
    if ((await terminals.count()) === 0) return;
    await this.runCommand('Terminal: Kill All Terminals');
    await terminals.first().waitFor({ state: 'detached' });
  }

  /** The painted lines of the active editor; of a comparison, the right-hand side. */
  async editorText(side: 'original' | 'modified' = 'modified'): Promise<string> {
    const group = this.page.locator('.editor-group-container.active .editor-instance');
    const compared = group.locator(`.editor.${side} .view-lines`);
    const lines = (await compared.count()) > 0 ? compared : group.locator('.monaco-editor .view-lines');
    return paintedText(lines.first());
  }

  /** The title of the active editor's tab. */
  async activeTab(): Promise<string> {
    const tab = this.page.locator('.editor-group-container.active .tab.active');
    return (await tab.getAttribute('data-resource-name')) ?? '';
  }

  /** A CodeLens of any visible editor. */
  codeLens(text: string): Locator {
    return this.page.locator('.codelens-decoration a:visible').getByText(text, { exact: true }).first();
  }

  async clickLens(text: string): Promise<void> {
    await this.codeLens(text).click();
  }

  /** Replaces the only place of `old` in the active editor, without saving. */
  async replaceText(old: string, replacement: string): Promise<void> {
    const find = this.page.locator('.find-widget.visible');
    await this.#quick.press('Control+f', find);
    await find.locator('.find-part textarea').fill(old);
    await find.locator('.matchesCount', { hasText: '1 of 1' }).waitFor();
    // In the box itself: the workbench may have moved the focus meanwhile.
    await find.locator('.find-part textarea').press('Escape');
    await find.waitFor({ state: 'detached' });
    const focused = this.page.locator('.editor-group-container.active .monaco-editor.focused');
    if (!(await appears(focused, 5000))) await this.page.keyboard.press(focusEditorKey);
    await focused.first().waitFor();
    // Pasted, because typing would close quotes and suggest words.
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), replacement);
    await this.page.keyboard.press('Control+v');
    await eventually(
      'replaced text',
      () => this.editorText(),
      (shown) => shown.includes(replacement) && !shown.includes(old),
    );
    // The lenses are at the top.
    await this.page.keyboard.press('Control+Home');
  }

  /**
   * The text of the visible editor whose tab is called `title`, once it contains `text`. Lines that are wrapped on the
   * screen can't be told from others, so every stretch of white space is one blank.
   */
  async waitForEditor(title: string, text: string): Promise<string> {
    const group = this.page.locator('.editor-group-container').filter({
      has: this.page.locator(`.tab.active[data-resource-name="${title}"]`),
    });
    const lines = group.locator('.monaco-editor .view-lines').last();
    return eventually(
      `editor ${title}`,
      async () => ((await lines.count()) === 0 ? '' : (await paintedText(lines)).replace(/\s+/g, ' ')),
      (shown) => shown.includes(text),
    );
  }

  /** The entries of the Problems view, files included. */
  async problems(): Promise<string[]> {
    await this.runCommand('Problems: Focus on Problems View');
    const panel = this.page.locator('.markers-panel');
    await panel.waitFor();
    return panel.locator('.monaco-list-row').allInnerTexts();
  }

  statusBarItem(text: string): Locator {
    return this.page.locator('.statusbar-item', { hasText: text }).first();
  }

  #activityItem(title: string): Locator {
    return this.page.locator(`.activitybar .action-item:has(.action-label[aria-label^="${title}"])`);
  }

  #notification(text: string): Locator {
    return this.page.locator('.notification-list-item', { hasText: text }).first();
  }

  /** Closes an editor with unsaved text; another one of the same text takes no question. */
  async #discardOne(): Promise<void> {
    const tabs = this.page.locator('.tab');
    const before = await tabs.count();
    await this.page.locator('.tab.dirty').first().click();
    // The editor takes the focus a moment after its tab was clicked, and would take it from the palette.
    await this.page.locator('.editor-instance .monaco-editor.focused').waitFor();
    await this.runCommand('View: Close Editor');
    const question = this.page.locator('.monaco-dialog-box');
    await eventually(
      'an editor closes',
      async () => (await question.isVisible()) || (await tabs.count()) < before,
      (settled) => settled,
    );
    if (await question.isVisible()) await this.clickModalButton("Don't Save");
    await eventually(
      'an editor closes',
      () => tabs.count(),
      (count) => count < before,
    );
  }
}

/** The lines that an editor has painted, from the top. */
async function paintedText(lines: Locator): Promise<string> {
  const texts = await lines.evaluate((element) =>
    [...element.querySelectorAll<HTMLElement>('.view-line')]
      .sort((one, other) => parseFloat(one.style.top) - parseFloat(other.style.top))
      .map((line) => line.textContent),
  );
  return texts.join('\n').replaceAll('\u00a0', ' ');
}
