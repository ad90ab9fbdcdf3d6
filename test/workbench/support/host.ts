import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { Workbench } from '../../../src/commands/workbench.ts';
import { schemes, settingNames, type Settings, type WelcomeState } from '../../../src/platform/contributions.ts';
import { documentOf } from '../../../src/platform/documentUri.ts';
import { eventually, type AnyEvent } from './when.ts';

/** The fields can be replaced: in test mode the extension hands out its own object. */
export type OpenWorkbench = { -readonly [K in keyof Workbench]: Workbench[K] };

export const extensionId = 'nomad-workbench.nomad-workbench';

export function extension(): vscode.Extension<OpenWorkbench> {
  const found = vscode.extensions.getExtension<OpenWorkbench>(extensionId);
  assert.ok(found, 'the extension is not there');
  return found;
}

/** The extension as it runs in this host. */
export async function openWorkbench(): Promise<OpenWorkbench> {
  const workbench = await extension().activate();
  assert.ok(workbench, 'the extension does not run in test mode');
  return workbench;
}

/** Changes a user setting, and waits until the extension host was told. */
export async function setSetting<K extends keyof Settings>(name: K, value: Settings[K] | undefined): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  if (JSON.stringify(configuration.inspect(name)?.globalValue) === JSON.stringify(value)) return;
  const told = new Promise<void>((resolve) => {
    const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(name)) return;
      subscription.dispose();
      resolve();
    });
  });
  await configuration.update(name, value, vscode.ConfigurationTarget.Global);
  await told;
}

/**
 * Writes the settings of the workspace as somebody's repository would bring them, whatever they are, and waits until those
 * under names of ours are known. Without any, the file goes.
 */
export async function setWorkspaceSettings(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const file = vscode.Uri.file(join(workspaceFolder(), '.vscode/settings.json'));
  const names = Object.keys(settings);
  if (names.length > 0) await vscode.workspace.fs.writeFile(file, Buffer.from(JSON.stringify(settings)));
  else if (existsSync(file.fsPath)) await vscode.workspace.fs.delete(file);
  await eventually('the settings of the workspace are known', () =>
    settingNames.every((name) => {
      const now = vscode.workspace.getConfiguration().inspect(name)?.workspaceValue;
      const field = (of: unknown, part: string) => (of as Record<string, unknown> | undefined)?.[part];
      const wanted = settings[name] ?? name.split('.').reduce(field, settings);
      return JSON.stringify(now) === JSON.stringify(wanted);
    }),
  );
}

export function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no folder is open');
  return folder.uri.fsPath;
}

/** Writes a file into the workspace and shows it. */
export async function openFile(name: string, text: string): Promise<vscode.TextEditor> {
  const file = join(workspaceFolder(), name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file), vscode.ViewColumn.One);
}

/** Puts the cursor where a part of the text stands last. */
export function putCursor(editor: vscode.TextEditor, part: string): void {
  const position = editor.document.positionAt(editor.document.getText().lastIndexOf(part));
  editor.selection = new vscode.Selection(position, position);
}

/** Replaces the whole text of an editor without saving it. */
export async function typeAll({ document }: vscode.TextEditor, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  assert.ok(await vscode.workspace.applyEdit(edit), 'the edit was refused');
}

/** Closes every editor, unsaved text included. */
export async function closeEditors(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Fires after any document was changed. */
export const onDidEdit: AnyEvent = (listener) => vscode.workspace.onDidChangeTextDocument(listener);

/** The text of an open read-only document of ours. */
export function shownText(scheme: string, about: string, path = ''): string | undefined {
  const isAbout = (uri: vscode.Uri) => documentOf(uri)['jobspec'] === about || uri.path.includes(about);
  return openDocument(({ uri }) => uri.scheme === scheme && isAbout(uri) && uri.path.startsWith(path))?.getText();
}

/** The document of ours that fits, that of the cluster of the moment first: VS Code keeps closed ones for a while. */
export function openDocument(fits: (document: vscode.TextDocument) => boolean): vscode.TextDocument | undefined {
  const found = vscode.workspace.textDocuments.filter(fits);
  const now = extension().exports.current.get()?.id;
  return found.find(({ uri }) => documentOf(uri)['cluster'] === now) ?? found[0];
}

/** The document with the plan of what an editor shows. */
export function planUriOf({ document }: vscode.TextEditor): vscode.Uri {
  const about = document.uri.toString();
  const plan = openDocument(({ uri }) => uri.scheme === schemes.plan && documentOf(uri)['jobspec'] === about);
  assert.ok(plan, 'there is no plan');
  return plan.uri;
}

/** Titles of the lenses over a document, in their order. */
export async function lensesOf(uri: vscode.Uri): Promise<(string | undefined)[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
  return lenses.map((lens) => lens.command?.title);
}

/** How much is written to the logs of all extensions. */
export async function setLogLevel(level: 'trace' | 'info'): Promise<void> {
  await vscode.commands.executeCommand('_extensionTests.setLogLevel', level);
}

/** What the extension has written to its log so far. */
export function logText({ extension: { logUri } }: OpenWorkbench): string {
  const file = join(logUri.fsPath, 'Nomad.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

interface WelcomeView {
  readonly view: string;
  readonly contents: string;
  readonly when: string;
}

/** What the manifest says to a state of the jobs view. */
export function welcomeText(state: WelcomeState): string {
  const { contributes } = extension().packageJSON as { contributes: { viewsWelcome: readonly WelcomeView[] } };
  const found = contributes.viewsWelcome.find(
    ({ view, when }) => view === 'nomad.jobs' && when === `nomad.state == '${state}'`,
  );
  assert.ok(found, `no welcome view for ${state}`);
  return found.contents;
}
