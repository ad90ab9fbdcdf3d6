import * as vscode from 'vscode';
import { tabsOf } from '../documents/tabs.ts';
import { nextUri } from './logUri.ts';
import type { OpenLog } from './openLog.ts';

/** So much is brought into a document before another takes its place, in characters. */
const most = 8_000_000;

const underWay = new WeakSet<OpenLog>();

/**
 * The window keeps all that was ever brought into a document, to be undone: a busy log that is looked at for a day would take
 * all of its memory. So once it has become much, another document goes on with the last lines, in the same place. Not while
 * somebody reads further up, where little comes in anyway, has paused it or selected something, or compares it.
 *
 * @returns false where the log has no document any more, since somebody closed it meanwhile
 * @throws what VS Code fails with; the log has the document from before then
 */
export async function renew(log: OpenLog): Promise<boolean> {
  if (log.painter.written < most || underWay.has(log)) return true;
  const [tab, ...others] = tabsOf(log.uri);
  if (tab === undefined || others.length > 0 || !mayChange(log, tab)) return true;
  underWay.add(log);
  try {
    return await replace(log, tab);
  } finally {
    underWay.delete(log);
  }
}

/** Leads from a document that another took the place of to that one, as where a person goes back to it. */
export async function leadOn(log: OpenLog, from: vscode.Uri): Promise<void> {
  const [tab] = textTabsOf(from);
  if (tab === undefined || underWay.has(log)) return;
  await open(log.uri, tab);
  await vscode.window.tabGroups.close(textTabsOf(from), true);
}

async function replace(log: OpenLog, tab: vscode.Tab): Promise<boolean> {
  const before = log.uri;
  const { written } = log.painter;
  const next = nextUri(before);
  log.moveTo(next);
  try {
    await open(next, tab);
  } finally {
    if (textTabsOf(next).length === 0) log.moveTo(before, written);
  }
  if (log.uri === before) return tabsOf(before).length > 0;
  if (tab.isPinned) await vscode.commands.executeCommand('workbench.action.pinEditor', next);
  const old = textTabsOf(before);
  // Of a preview the next one has taken the place already; else somebody closed it.
  const isClosed = old.length === 0 && !tab.isPreview;
  await vscode.window.tabGroups.close(isClosed ? textTabsOf(next) : old, true);
  return true;
}

/** An editor that an extension shows by itself is kept for minutes after its tab, and all that is to be undone with it. */
async function open(uri: vscode.Uri, { group, isPreview }: vscode.Tab): Promise<void> {
  const options = { viewColumn: group.viewColumn, preview: isPreview, preserveFocus: true };
  await vscode.commands.executeCommand('vscode.open', uri, options);
}

/** Whether nobody would notice. */
function mayChange(log: OpenLog, tab: vscode.Tab): boolean {
  const { editors, follows, isPaused } = log;
  const isText = tab.input instanceof vscode.TabInputText;
  const isSeen = tab.isActive && editors.length > 0;
  return isText && isSeen && follows && !isPaused && editors.every(({ selection }) => selection.isEmpty);
}

function textTabsOf(uri: vscode.Uri): readonly vscode.Tab[] {
  return tabsOf(uri).filter(({ input }) => input instanceof vscode.TabInputText);
}
