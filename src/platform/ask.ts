import type * as vscode from 'vscode';
import { label, plain } from '../base/plain.ts';
import { showInput, showModal, showPick, showPickMany, showFilePick, showFolderPick } from './window.ts';
import { askStep } from './steps.ts';
import type { StepAnswer, StepQuestion } from './steps.ts';
import type { PickItem, PickText } from './window.ts';

/** One line of a list to choose from. Texts may come from a server. */
export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Codicon before the label. */
  readonly icon?: string;
  /** Chosen from the start, where several can be. */
  readonly picked?: boolean;
  readonly value: T;
}

export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly secret?: boolean;
  /** A sentence that says what is wrong, or undefined. */
  readonly check?: (text: string) => string | undefined;
}

export interface Confirmation {
  /** Verb, object and cluster: `Run web on prod?` */
  readonly question: string;
  /** What will happen, in numbers; a list is a line each. */
  readonly detail: string | readonly string[];
  /** The verb. */
  readonly button: string;
  /** A second way that is not the deed itself, such as `Show plan`. */
  readonly other?: string;
  /** Asked with a sign of warning, as where it will not go as a person may expect. */
  readonly grave?: boolean;
}

/** Questions to the person. Esc anywhere answers undefined, and nothing is done. */
export interface Ask {
  pick<T>(title: string, choices: readonly Choice<T>[], placeholder?: string): Promise<T | undefined>;
  pickMany<T>(title: string, choices: readonly Choice<T>[], placeholder?: string): Promise<readonly T[] | undefined>;
  text(question: TextQuestion): Promise<string | undefined>;
  /** @param button `Write here` */
  folder(title: string, button: string): Promise<vscode.Uri | undefined>;
  /** @param button `Send this file` */
  file(title: string, button: string): Promise<vscode.Uri | undefined>;
  step(question: StepQuestion): Promise<StepAnswer>;
  confirm(confirmation: Confirmation): Promise<'button' | 'other' | undefined>;
}

/** Asks through VS Code's quick picks, input boxes and modal dialogs. */
export const windowAsk: Ask = {
  pick: (title, choices, placeholder) => showPick(choices.map(item), pickText(title, placeholder)),
  pickMany: (title, choices, placeholder) => showPickMany(choices.map(item), pickText(title, placeholder)),
  async text({ title, prompt, value, placeholder, secret, check }) {
    return showInput({
      title: plain(title),
      prompt: label(prompt),
      placeholder: placeholder === undefined ? undefined : plain(placeholder),
      value,
      secret: secret ?? false,
      check: (text) => {
        const wrong = check?.(text);
        return wrong === undefined ? undefined : label(wrong);
      },
    });
  },
  folder: (title, button) => showFolderPick(plain(title), plain(button)),
  file: (title, button) => showFilePick(plain(title), plain(button)),
  step: askStep,
  async confirm({ question, detail, button, other, grave }) {
    const lines = typeof detail === 'string' ? [detail] : detail;
    const text = {
      level: grave === true ? 'warning' : 'info',
      question: plain(question),
      detail: lines.map(plain),
    } as const;
    const buttons = [button, ...(other === undefined ? [] : [other])].map(plain);
    const answer = await showModal(text, buttons);
    if (answer === undefined) return undefined;
    return answer === buttons[0] ? 'button' : 'other';
  },
};

function item<T>({ icon, label: name, description, detail, picked, value }: Choice<T>): PickItem<T> {
  return {
    icon,
    label: label(name),
    description: description === undefined ? undefined : label(description),
    detail: detail === undefined ? undefined : label(detail),
    picked,
    value,
  };
}

function pickText(title: string, placeholder: string | undefined): PickText {
  return { title: plain(title), placeholder: placeholder === undefined ? undefined : plain(placeholder) };
}
