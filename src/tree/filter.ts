import { Emitter } from '../base/events.ts';
import type { Disposable } from '../base/lifetime.ts';

/** What the views are narrowed to, and the news of it. The text is kept as typed; it is compared without case. */
export class JobFilter implements Disposable {
  readonly #changed = new Emitter<undefined>();
  readonly onDidChange = this.#changed.event;
  #text = '';
  #problemsOnly = false;

  /** Part of a name, id, namespace, type, group or node; empty when nothing is filtered. */
  get text(): string {
    return this.#text;
  }

  /** Whether only what needs a look is shown. */
  get problemsOnly(): boolean {
    return this.#problemsOnly;
  }

  get active(): boolean {
    return this.#text !== '' || this.#problemsOnly;
  }

  setText(text: string): void {
    this.#set(text.trim(), this.#problemsOnly);
  }

  setProblemsOnly(problemsOnly: boolean): void {
    this.#set(this.#text, problemsOnly);
  }

  /** Shows everything again. */
  clear(): void {
    this.#set('', false);
  }

  #set(text: string, problemsOnly: boolean): void {
    if (text === this.#text && problemsOnly === this.#problemsOnly) return;
    this.#text = text;
    this.#problemsOnly = problemsOnly;
    this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** Whether `text` is part of one of `words`, without case. An empty text is part of everything. */
export function matches(text: string, words: readonly (string | undefined)[]): boolean {
  if (text === '') return true;
  const wanted = text.toLowerCase();
  return words.some((word) => word?.toLowerCase().includes(wanted) === true);
}
