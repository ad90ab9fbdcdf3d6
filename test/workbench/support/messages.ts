import { Emitter } from '../../../src/base/events.ts';
import type { Show } from '../../../src/platform/report.ts';
import type { Level } from '../../../src/platform/window.ts';
import { when } from './when.ts';

export interface Message {
  readonly level: Level;
  readonly sentence: string;
  /** Titles of the buttons. */
  readonly buttons: readonly string[];
}

/** Takes the messages that would be shown, and presses buttons where it was told to. */
export class Messages {
  readonly all: Message[] = [];
  readonly #said = new Emitter<Message>();
  readonly #presses = new Map<string, number>();

  readonly show: Show = (level, sentence, buttons) => {
    const message = { level, sentence, buttons };
    this.all.push(message);
    this.#said.fire(message);
    return Promise.resolve(buttons.find((title) => this.#takePress(title)));
  };

  /** Presses the button with this title once, when a message has it. */
  press(title: string): void {
    this.#presses.set(title, (this.#presses.get(title) ?? 0) + 1);
  }

  clear(): void {
    this.all.length = 0;
    this.#presses.clear();
  }

  /** The first message that fits, said already or to come; it is forgotten with all before it. */
  async next(pattern: RegExp): Promise<Message> {
    const said = () => `; said: ${JSON.stringify(this.all.map((message) => message.sentence))}`;
    try {
      return await when(`a message like ${String(pattern)}`, [this.#said.event], () => {
        const at = this.all.findIndex((message) => pattern.test(message.sentence));
        return at < 0 ? undefined : this.all.splice(0, at + 1).at(-1);
      });
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : ''}${said()}`, { cause: error });
    }
  }

  #takePress(title: string): boolean {
    const left = this.#presses.get(title) ?? 0;
    if (left > 0) this.#presses.set(title, left - 1);
    return left > 0;
  }
}
