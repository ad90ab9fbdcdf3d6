import * as vscode from 'vscode';
import type { Label, Plain } from '../base/plain.ts';

/*
 * Every way of VS Code to show a text that it reads for more than its letters: links in messages and prompts, icons in
 * lists, prompts, the status bar and names of terminals. The types ask for texts that `base/plain.ts` made, and a lint
 * rule keeps all other files from calling VS Code's own functions.
 */

export type Level = 'info' | 'warning' | 'error';

/** Resolves with the title that was chosen. */
export function showMessage(level: Level, sentence: Plain, titles: readonly Plain[]): Thenable<string | undefined> {
  switch (level) {
    case 'info':
      return vscode.window.showInformationMessage<string>(sentence, ...titles);
    case 'warning':
      return vscode.window.showWarningMessage<string>(sentence, ...titles);
    case 'error':
      return vscode.window.showErrorMessage<string>(sentence, ...titles);
  }
}

export interface ModalText {
  readonly level: 'info' | 'warning';
  readonly question: Plain;
  /** May have several lines. */
  readonly detail: readonly Plain[];
}

/** A dialog that has to be answered; resolves with the title that was chosen. */
export function showModal(
  { level, question, detail }: ModalText,
  titles: readonly Plain[],
): Thenable<string | undefined> {
  const options = { modal: true, detail: detail.join('\n') };
  if (level === 'warning') return vscode.window.showWarningMessage<string>(question, options, ...titles);
  return vscode.window.showInformationMessage<string>(question, options, ...titles);
}

/** A line of a list. */
export interface PickItem<T> {
  /** A codicon of ours before the label. */
  readonly icon?: string | undefined;
  readonly label: Label;
  readonly description?: Label | undefined;
  readonly detail?: Label | undefined;
  readonly picked?: boolean | undefined;
  readonly value: T;
}

export interface PickText {
  readonly title: Plain;
  readonly placeholder?: Plain | undefined;
}

/** A list to choose one line from. */
export async function showPick<T>(items: readonly PickItem<T>[], text: PickText): Promise<T | undefined> {
  const options = { ...pickOptions(text), matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(items.map(quickPickItem), options))?.value;
}

/** A list to choose some lines from. */
export async function showPickMany<T>(
  items: readonly PickItem<T>[],
  text: PickText,
): Promise<readonly T[] | undefined> {
  const options = { ...pickOptions(text), canPickMany: true as const };
  const chosen = await vscode.window.showQuickPick(items.map(quickPickItem), options);
  return chosen?.map(({ value }) => value);
}

function pickOptions({ title, placeholder }: PickText): vscode.QuickPickOptions {
  return { title, ...(placeholder === undefined ? {} : { placeHolder: placeholder }) };
}

function quickPickItem<T>(item: PickItem<T>): vscode.QuickPickItem & { value: T } {
  const { icon, label, description, detail, picked, value } = item;
  return {
    label: icon === undefined ? label : `$(${icon}) ${label}`,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
    ...(picked === undefined ? {} : { picked }),
    value,
  };
}

export interface InputText {
  readonly title: Plain;
  readonly prompt: Label;
  readonly placeholder?: Plain | undefined;
  readonly value?: string | undefined;
  readonly secret: boolean;
  /** Says what is wrong with the text, or nothing. */
  readonly check: (text: string) => Label | undefined;
}

/** A question for a line of text. */
export function showInput(text: InputText): Thenable<string | undefined> {
  const { title, prompt, placeholder, value, secret, check } = text;
  return vscode.window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    password: secret,
    ...(value === undefined ? {} : { value }),
    ...(placeholder === undefined ? {} : { placeHolder: placeholder }),
    validateInput: check,
  });
}

/** A folder of this machine, or of the one that the window works on. */
export async function showFolderPick(title: Plain, button: Plain): Promise<vscode.Uri | undefined> {
  const found = await vscode.window.showOpenDialog({
    title,
    openLabel: button,
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
  });
  return found?.[0];
}

/** A file of this machine, or of the one that the window works on. */
export async function showFilePick(title: Plain, button: Plain): Promise<vscode.Uri | undefined> {
  const found = await vscode.window.showOpenDialog({ title, openLabel: button, canSelectMany: false });
  return found?.[0];
}

export interface StepText extends InputText {
  /** Whether there is a question before this one to go back to. */
  readonly canGoBack: boolean;
}

/** A question for a line of text that is one of several; resolves when it was answered, left or taken back. */
export function showStep(text: StepText): Promise<{ readonly text: string } | 'back' | undefined> {
  const box = vscode.window.createInputBox();
  const { check } = text;
  box.title = text.title;
  box.prompt = text.prompt;
  box.value = text.value ?? '';
  box.placeholder = text.placeholder;
  box.password = text.secret;
  box.ignoreFocusOut = true;
  box.buttons = text.canGoBack ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    let answer: { readonly text: string } | 'back' | undefined;
    box.onDidChangeValue((value) => {
      box.validationMessage = check(value);
    });
    box.onDidAccept(() => {
      box.validationMessage = check(box.value);
      if (box.validationMessage !== undefined) return;
      answer = { text: box.value };
      box.hide();
    });
    box.onDidTriggerButton(() => {
      answer = 'back';
      box.hide();
    });
    box.onDidHide(() => {
      // This ends the listeners, too.
      box.dispose();
      resolve(answer);
    });
    box.show();
  });
}

export interface ProgressText {
  /** `quiet` is a word in the status bar; `open` a notification with a way to cancel. */
  readonly how: 'quiet' | 'open';
  readonly title: Label;
  /** What cancelling is called, where `Cancel` would say something else than what it does. */
  readonly cancel?: Plain | undefined;
}

/** A sign of life while `work` goes on. */
export function showProgress<T>(
  { how, title, cancel }: ProgressText,
  work: (say: (sentence: Label) => void, onCancel: vscode.Event<unknown>) => Thenable<T>,
): Thenable<T> {
  const options =
    how === 'quiet'
      ? { location: vscode.ProgressLocation.Window, title }
      : { location: vscode.ProgressLocation.Notification, title, cancellable: cancel ?? true };
  // The typings know only whether there is a button; its title is taken as well.
  return vscode.window.withProgress(options as vscode.ProgressOptions, (progress, token) =>
    work((message) => {
      progress.report({ message });
    }, token.onCancellationRequested),
  );
}

/** An item of the status bar whose text is set by {@link setStatusText} alone. */
export type StatusItem = Omit<vscode.StatusBarItem, 'text'>;

/** An item at the left of the status bar. */
export function createStatusItem(id: string, priority: number): StatusItem {
  return vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, priority);
}

/** @param icon a codicon of ours before the words */
export function setStatusText(item: StatusItem, icon: string, words: Label): void {
  (item as vscode.StatusBarItem).text = `$(${icon}) ${words}`;
}

export interface TerminalText {
  readonly name: Label;
  readonly icon: string;
}

/** A terminal over `pty`. It isn't revived after a reload, as the shell at its other end is gone by then. */
export function createTerminal(text: TerminalText, pty: vscode.Pseudoterminal): vscode.Terminal {
  return vscode.window.createTerminal(terminalOptions(text, pty));
}

/** The same where VS Code asks for it, which then makes the terminal at the place that the person chose. */
export function terminalProfile(text: TerminalText, pty: vscode.Pseudoterminal): vscode.TerminalProfile {
  return new vscode.TerminalProfile(terminalOptions(text, pty));
}

function terminalOptions({ name, icon }: TerminalText, pty: vscode.Pseudoterminal): vscode.ExtensionTerminalOptions {
  return { name, pty, iconPath: new vscode.ThemeIcon(icon), isTransient: true };
}

/** Two documents side by side, under `title`. */
export function showDiff(left: vscode.Uri, right: vscode.Uri, title: Plain): Thenable<unknown> {
  return vscode.commands.executeCommand('vscode.diff', left, right, title);
}
