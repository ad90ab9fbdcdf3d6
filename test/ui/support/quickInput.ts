import type { Locator, Page } from 'playwright-core';

/** A key that did nothing for so long was lost. */
const lostAfterMs = 4000;

/** The list or box at the top of the window that takes what is typed. Every method waits for what it needs. */
export class QuickInput {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /**
   * Opens a list, types into it, goes down to what is called so and takes it, by keys: what is under a mouse may move when
   * the list is sorted. A list that closes because the workbench moves the focus by itself is opened again, and so is one
   * that was made before a file was there and says that nothing matches; one that is slow is waited for.
   */
  async choose(key: string, text: string, row: string): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await this.press(key, this.widget);
      const typed = await this.#whileOpen(this.box.fill(text));
      if (!typed || !(await this.#whileOpen(this.#found(row)))) continue;
      if (!(await this.#whileOpen(this.#goDown(row)))) continue;
      if (await this.#pressInBox('Enter')) return;
    }
    throw new Error(`${key} and ${text} find no ${row}`);
  }

  /** Closes a list that goes on saying that nothing matches: VS Code made it of what it knew when it was opened. */
  async #found(row: string): Promise<void> {
    const nothing = this.widget.locator('.monaco-list-row', { hasText: 'No matching results' });
    const found = this.row(row);
    if (!(await appears(found, lostAfterMs)) && (await nothing.isVisible())) await this.#page.keyboard.press('Escape');
    await found.waitFor();
  }

  async #goDown(row: string): Promise<void> {
    const there = this.widget.locator('.monaco-list-row.focused').filter({ has: this.#label(row) });
    for (let steps = 0; !(await appears(there, 200)); steps += 1) {
      if (steps === 50) throw new Error(`${row} is not among the first of the list`);
      await this.#pressInBox('ArrowDown');
    }
  }

  /** Takes what is ticked, or has the focus, in the list that is open. */
  async accept(): Promise<void> {
    await this.box.press('Enter');
  }

  /** Presses a key in the box of the list, wherever the workbench has moved the focus; false where the list is closed by then. */
  #pressInBox(key: string): Promise<boolean> {
    return this.box.press(key, { timeout: lostAfterMs }).then(
      () => true,
      () => false,
    );
  }

  /** Whether something comes to its end before the list that is open closes. */
  async #whileOpen(work: Promise<unknown>): Promise<boolean> {
    const done = work.then(() => true);
    // The loser of the race fails when it waits no longer, and nobody listens.
    done.catch(() => undefined);
    const closed = this.widget.waitFor({ state: 'hidden' }).then(() => false);
    closed.catch(() => undefined);
    return Promise.race([done, closed]);
  }

  /** A key is lost while the workbench moves the focus by itself, so it is pressed again. */
  async press(key: string, opens: Locator): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await this.#page.keyboard.press(key);
      if (await appears(opens, lostAfterMs)) return;
    }
    throw new Error(`${key} opens nothing`);
  }

  /** The same for a key that does away with something. */
  async pressUntilGone(key: string, place: Locator): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await this.#page.keyboard.press(key);
      if (await disappears(place, lostAfterMs)) return;
    }
    throw new Error(`${key} does away with nothing`);
  }

  get widget(): Locator {
    return this.#page.locator('.quick-input-widget:visible');
  }

  /** Where one types. Lists of which several are chosen have boxes to be ticked, too. */
  get box(): Locator {
    return this.widget.locator('.quick-input-box input');
  }

  row(label: string): Locator {
    return this.widget
      .locator('.monaco-list-row')
      .filter({ has: this.#label(label) })
      .first();
  }

  /** The whole label: the part that fits what was typed is an element of its own. */
  #label(label: string): Locator {
    const whole = new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
    return this.#page.locator('.label-name').filter({ hasText: whole });
  }
}

/** Whether something is there within a second, or another time. */
export function appears(locator: Locator, withinMs = 1000): Promise<boolean> {
  return locator.waitFor({ timeout: withinMs }).then(
    () => true,
    () => false,
  );
}

/** Whether something is gone within a second, or another time. */
export function disappears(locator: Locator, withinMs = 1000): Promise<boolean> {
  return locator.waitFor({ state: 'hidden', timeout: withinMs }).then(
    () => true,
    () => false,
  );
}
