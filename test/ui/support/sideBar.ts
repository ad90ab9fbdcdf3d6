/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';
import { appears } from './quickInput.ts';

/** A row of a tree as it is painted. */
export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** 1 for the roots. */
  readonly level: number;
  readonly expanded: boolean;
}

/** The views of the side bar, their rows and their menus. Every method waits for what it needs. */
export class SideBar {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async hasView(view: string): Promise<boolean> {
    return this.#pane(view).isVisible();
  }

  /** The painted rows of a view, from the top. */
  async treeRows(view: string): Promise<TreeRow[]> {
    return this.#pane(view)
      .getByRole('treeitem')
      .evaluateAll((rows) =>
        rows
          .map((row) => ({
            top: row.getBoundingClientRect().top,
            label: row.querySelector('.label-name')?.textContent ?? '',
            description: row.querySelector('.label-description')?.textContent ?? '',
            level: Number(row.getAttribute('aria-level')),
            expanded: row.getAttribute('aria-expanded') === 'true',
          }))
          .sort((one, other) => one.top - other.top)
          .map(({ label, description, level, expanded }) => ({ label, description, level, expanded })),
      );
  }

  /** Waits until the rows of a view fit. */
  async waitForRows(view: string, fits: (rows: TreeRow[]) => boolean, timeoutMs?: number): Promise<TreeRow[]> {
    return eventually(`rows of ${view}`, () => this.treeRows(view), fits, timeoutMs);
  }

  /** The text of a view that has no rows. */
  async welcomeText(view: string): Promise<string> {
    return this.#pane(view).locator('.welcome-view-content').innerText();
  }

  async hasWelcome(view: string): Promise<boolean> {
    return this.#pane(view).locator('.welcome-view-content').isVisible();
  }

  async welcomeButton(view: string, button: string): Promise<void> {
    await this.#pane(view).locator('.welcome-view-content').getByText(button, { exact: true }).click();
  }

  async clickRow(view: string, label: string): Promise<void> {
    await this.row(view, label).click();
  }

  /** Presses a key on a row, though the workbench may have moved the focus after the click on it. */
  async pressOnRow(view: string, label: string, key: string): Promise<void> {
    await this.clickRow(view, label);
    await this.#pane(view).locator('.monaco-list').first().press(key);
  }

  /** Opens a view that is folded to its title. */
  async expandView(view: string): Promise<void> {
    const header = this.#pane(view).locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
  }

  /** The words beside the title of a view. */
  async viewDescription(view: string): Promise<string> {
    return this.#pane(view).locator('.pane-header .description').innerText();
  }

  /** What a screen reader says of a row. */
  async spokenRow(view: string, label: string): Promise<string> {
    return (await this.row(view, label).getAttribute('aria-label')) ?? '';
  }

  /** The codicon of a row, without its prefix. */
  async rowIcon(view: string, label: string): Promise<string> {
    const classes = await this.row(view, label).locator('.custom-view-tree-node-item-icon').getAttribute('class');
    return /codicon-(?!modifier)([a-z-]+)/.exec(classes ?? '')?.[1] ?? '';
  }

  /** Opens a row's children, if they are closed. */
  async expandRow(view: string, label: string): Promise<void> {
    const row = this.row(view, label);
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
    await eventually(
      `${label} expands`,
      () => row.getAttribute('aria-expanded'),
      (state) => state === 'true',
    );
  }

  /** Clicks one of the icons that a row shows under the mouse. */
  async inlineAction(view: string, label: string, action: string): Promise<void> {
    const row = this.row(view, label);
    await row.hover();
    await row.locator(`.actions .action-label[aria-label^="${action}"]`).click();
  }

  /** Chooses an entry of a row's context menu. */
  async contextMenu(view: string, label: string, entry: string): Promise<void> {
    await this.openContextMenu(view, label);
    await this.chooseFromMenu(entry);
  }

  async openContextMenu(view: string, label: string): Promise<void> {
    await this.openMenu(this.row(view, label));
  }

  /**
   * Opens the context menu of something, and waits until it takes clicks. VS Code gives a tree the focus back when it has
   * drawn rows anew, which closes a menu that opens in the same milliseconds. A person presses again then.
   */
  async openMenu(place: Locator): Promise<void> {
    const menu = this.page.locator('.monaco-menu');
    await place.click({ button: 'right' });
    for (let more = 2; more > 0 && !(await appears(menu, 5000)); more -= 1) await place.click({ button: 'right' });
    await menu.waitFor();
  }

  /** Goes to an entry by mouse and takes it by key: for its first moments a menu takes no clicks, and says so nowhere. */
  async chooseFromMenu(entry: string): Promise<void> {
    const item = this.page.getByRole('menuitem', { name: entry, exact: true });
    const menu = this.page.locator('.monaco-menu');
    await menu.locator(item).hover();
    await menu.locator('.action-item.focused').filter({ has: item }).waitFor();
    await this.page.keyboard.press('Enter');
  }

  async enabledMenuEntries(): Promise<string[]> {
    const texts = await this.page.locator('.monaco-menu .action-item:not(.disabled) .action-label').allInnerTexts();
    return texts.filter((text) => text !== '');
  }

  /** The entries of the menu that is open, without separators. */
  async menuEntries(): Promise<string[]> {
    const texts = await this.page.locator('.monaco-menu .action-label').allInnerTexts();
    return texts.filter((text) => text !== '');
  }

  row(view: string, label: string): Locator {
    const name = this.page.locator('.label-name').getByText(label, { exact: true });
    return this.#pane(view).getByRole('treeitem').filter({ has: name }).first();
  }

  /** Clicks one of the icons in a view's title. */
  async viewAction(view: string, action: string): Promise<void> {
    const header = this.#pane(view).locator('.pane-header');
    await header.hover();
    await header.locator(`.action-label[aria-label^="${action}"]`).click();
  }

  #pane(view: string): Locator {
    return this.page.locator(`.pane:has(> .pane-header[aria-label^="${view}"])`);
  }
}
