import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { Uses } from '../../commands/command.ts';
import { bytesWords } from '../../operations/exec/outputText.ts';

/** What a command reads. */
export interface RunInput {
  /** Undefined for nothing. */
  readonly bytes: Uint8Array | undefined;
  /** `stdin: nothing` */
  readonly words: string;
}

/** It is held in memory, for each allocation. */
const maxBytes = 32 * 1024 * 1024;

/** Asks what the command is to read: nothing, what is selected in the editor, or a file. */
export async function chooseInput({ ask }: Uses<'ask'>): Promise<RunInput | undefined> {
  const editor = vscode.window.activeTextEditor;
  const selected = editor?.document.getText(editor.selection) ?? '';
  const choices = [
    { label: 'Nothing', value: 'nothing' as const },
    ...(selected === ''
      ? []
      : [
          { label: 'The selection', description: bytesWords(Buffer.byteLength(selected)), value: 'selection' as const },
        ]),
    { label: 'A file…', value: 'file' as const },
  ];
  const chosen = await ask.pick('What the command reads from stdin', choices);
  if (chosen === 'nothing') return { bytes: undefined, words: 'stdin: nothing' };
  if (chosen === 'selection') return named('the selection', Buffer.from(selected));
  const file = chosen === 'file' ? await ask.file('What the command reads from stdin', 'Send this file') : undefined;
  if (file === undefined) return undefined;
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > maxBytes)
    throw new UserError(`${name} has ${bytesWords(size)}; more than ${bytesWords(maxBytes)} are not sent.`);
  return named(name, await vscode.workspace.fs.readFile(file));
}

function named(name: string, bytes: Uint8Array): RunInput {
  return { bytes, words: `stdin: ${name}, ${bytesWords(bytes.byteLength)}` };
}
