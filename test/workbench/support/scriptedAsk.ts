import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { StepAnswer, StepQuestion } from '../../../src/platform/steps.ts';
import type { Ask, Choice, Confirmation, TextQuestion } from '../../../src/platform/ask.ts';

type Kind = 'pick' | 'pickMany' | 'text' | 'confirm' | 'folder' | 'file';

/** A question that was asked. */
export interface Asked {
  readonly kind: Kind;
  readonly title: string;
  /** The detail of a confirmation, the prompt of a text question. */
  readonly detail: string;
  /** What there was to choose from: `label · description`. */
  readonly choices: readonly string[];
  readonly secret: boolean;
  /** What was in the box of a question that is one of several. */
  readonly value?: string;
}

/** What the person does; exactly one field beside `meanwhile`. */
export interface Answer {
  readonly confirm?: 'button' | 'other';
  /** The label of a choice. */
  readonly pick?: string;
  readonly pickMany?: readonly string[];
  readonly text?: string;
  readonly folder?: vscode.Uri;
  readonly file?: vscode.Uri;
  /** The Back button of a question that is one of several. */
  readonly back?: true;
  /** Enter on what is in the box already. */
  readonly enter?: true;
  /** Esc, whatever the question. */
  readonly leave?: true;
  /** Happens while the question stands. */
  readonly meanwhile?: () => unknown;
}

/** A person who knows the answers beforehand. A question that nobody expected fails the command that asks it. */
export class ScriptedAsk implements Ask {
  readonly asked: Asked[] = [];
  readonly #answers: Answer[] = [];

  /** Answers the next questions, in this order. */
  will(...answers: Answer[]): void {
    this.#answers.push(...answers);
  }

  /** Answers that no question was asked for. */
  get left(): number {
    return this.#answers.length;
  }

  clear(): void {
    this.asked.length = 0;
    this.#answers.length = 0;
  }

  get last(): Asked {
    const last = this.asked.at(-1);
    assert.ok(last, 'nothing was asked');
    return last;
  }

  async pick<T>(title: string, choices: readonly Choice<T>[], placeholder = ''): Promise<T | undefined> {
    const answer = await this.#answer('pick', { title, detail: placeholder, choices: choices.map(choiceText) });
    return answer.pick === undefined ? undefined : chosen(choices, answer.pick);
  }

  async pickMany<T>(title: string, choices: readonly Choice<T>[]): Promise<readonly T[] | undefined> {
    const answer = await this.#answer('pickMany', { title, choices: choices.map(choiceText) });
    return answer.pickMany?.map((label) => chosen(choices, label));
  }

  async text(question: TextQuestion): Promise<string | undefined> {
    const { title, prompt, secret = false, check } = question;
    const { text } = await this.#answer('text', { title, detail: prompt, secret });
    if (text !== undefined) assert.equal(check?.(text), undefined, 'the answer is refused by the question itself');
    return text;
  }

  async step(question: StepQuestion): Promise<StepAnswer> {
    const { title, prompt, secret = false, check, value = '', canGoBack } = question;
    const { text, back, enter } = await this.#answer('text', { title, detail: prompt, secret, value });
    if (back === true) {
      assert.ok(canGoBack, 'there is nothing to go back to');
      return 'back';
    }
    const answer = enter === true ? value : text;
    if (answer === undefined) return undefined;
    assert.equal(check?.(answer), undefined, 'the answer is refused by the question itself');
    return { text: answer };
  }

  async folder(title: string, button: string): Promise<vscode.Uri | undefined> {
    return (await this.#answer('folder', { title, detail: button })).folder;
  }

  async file(title: string, button: string): Promise<vscode.Uri | undefined> {
    return (await this.#answer('file', { title, detail: button })).file;
  }

  async confirm({ question, detail }: Confirmation): Promise<'button' | 'other' | undefined> {
    return (await this.#answer('confirm', { title: question, detail: [detail].flat().join('\n') })).confirm;
  }

  async #answer(kind: Kind, question: Partial<Asked> & { readonly title: string }): Promise<Answer> {
    this.asked.push({ detail: '', choices: [], secret: false, ...question, kind });
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error(`nobody expected the question: ${question.title}`);
    const isStep = answer.back === true || answer.enter === true;
    if (answer.leave !== true && !isStep && !(kind in answer))
      throw new Error(`an answer of another kind than ${kind} is next`);
    await answer.meanwhile?.();
    return answer;
  }
}

function choiceText<T>({ label, description }: Choice<T>): string {
  return description === undefined || description === '' ? label : `${label} · ${description}`;
}

function chosen<T>(choices: readonly Choice<T>[], label: string): T {
  const choice = choices.find((one) => one.label === label);
  if (choice === undefined) throw new Error(`there is no choice ${label} among ${choices.map(choiceText).join(', ')}`);
  return choice.value;
}
