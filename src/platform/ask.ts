import * as vscode from 'vscode';
import { plainLabel, withoutControls } from './words.ts';

/** One line of a list to choose from. Texts may come from a server. */
export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Codicon before the label. */
  readonly icon?: string;
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
  /** What will happen, in numbers. */
  readonly detail: string;
  /** The verb. */
  readonly button: string;
  /** A second way that is not the deed itself, such as `Show plan`. */
  readonly other?: string;
}

/** Questions to the person. Esc anywhere answers undefined, and nothing is done. */
export interface Ask {
  pick<T>(title: string, choices: readonly Choice<T>[], placeholder?: string): Promise<T | undefined>;
  pickMany<T>(title: string, choices: readonly Choice<T>[], placeholder?: string): Promise<readonly T[] | undefined>;
  text(question: TextQuestion): Promise<string | undefined>;
  confirm(confirmation: Confirmation): Promise<'button' | 'other' | undefined>;
}

/** Asks through VS Code's quick picks, input boxes and modal dialogs. */
export const windowAsk: Ask = {
  async pick(title, choices, placeholder) {
    const options = { title: withoutControls(title), matchOnDescription: true, matchOnDetail: true };
    const items = choices.map(item);
    const chosen = await vscode.window.showQuickPick(items, withPlaceholder(options, placeholder));
    return chosen?.value;
  },
  async pickMany(title, choices, placeholder) {
    const options = { title: withoutControls(title), canPickMany: true as const };
    const chosen = await vscode.window.showQuickPick(choices.map(item), withPlaceholder(options, placeholder));
    return chosen?.map((choice) => choice.value);
  },
  async text(question) {
    return vscode.window.showInputBox({
      title: withoutControls(question.title),
      prompt: withoutControls(question.prompt),
      ignoreFocusOut: true,
      password: question.secret ?? false,
      ...(question.value === undefined ? {} : { value: question.value }),
      ...(question.placeholder === undefined ? {} : { placeHolder: question.placeholder }),
      validateInput: (text) => question.check?.(text),
    });
  },
  async confirm(confirmation) {
    const buttons = [confirmation.button, ...(confirmation.other === undefined ? [] : [confirmation.other])];
    const options = { modal: true, detail: confirmation.detail };
    const question = withoutControls(confirmation.question);
    const answer = await vscode.window.showInformationMessage(question, options, ...buttons);
    if (answer === undefined) return undefined;
    return answer === confirmation.button ? 'button' : 'other';
  },
};

function item<T>(choice: Choice<T>): vscode.QuickPickItem & { value: T } {
  const icon = choice.icon === undefined ? '' : `$(${choice.icon}) `;
  return {
    label: icon + plainLabel(choice.label),
    ...(choice.description === undefined ? {} : { description: plainLabel(choice.description) }),
    ...(choice.detail === undefined ? {} : { detail: plainLabel(choice.detail) }),
    value: choice.value,
  };
}

function withPlaceholder<T extends object>(options: T, placeholder: string | undefined): T & { placeHolder?: string } {
  return placeholder === undefined ? options : { ...options, placeHolder: withoutControls(placeholder) };
}
