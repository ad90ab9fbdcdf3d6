import * as vscode from 'vscode';
import { nextUri } from './logUri.ts';
import type { OpenLog } from './openLog.ts';

/** So much is brought into a document before another takes its place, in characters. */
const most = 8_000_000;

const underWay = new WeakSet<OpenLog>();

/**
 * The window keeps all that was ever brought into a document, to be undone: a busy log that is looked at for a day would take
 * all of its memory. So once it has become much, another document goes on with the last lines, in the same place. Not while
 * somebody reads further up, where little comes in anyway, has selected something, or compares it.
 */
export async function renew(log: OpenLog): Promise<void> {
  if (log.painter.written < most || underWay.has(log)) return;
  const [tab, ...others] = tabsOf(log);
  if (tab === undefined || others.length > 0 || !mayChange(log, tab)) return;
  underWay.add(log);
  try {
    await replace(log, tab);
  } finally {
    underWay.delete(log);
  }
}

async function replace(log: OpenLog, tab: vscode.Tab): Promise<void> {
  const before = log.uri;
  const next = nextUri(before);
  const { viewColumn } = tab.group;
  log.moveTo(next);
  const options = { viewColumn, preview: tab.isPreview, preserveFocus: true };
  // An editor that an extension shows by itself is kept for minutes after its tab, and all that is to be undone with it.
  await vscode.commands.executeCommand('vscode.open', next, options);
  if (tabsOf(log).length === 0) {
    log.moveTo(before);
    return;
  }
  if (tab.isPinned) await vscode.commands.executeCommand('workbench.action.pinEditor', next);
  // A preview has taken its place already.
  const old = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter((one) => isOf(one, before));
  await vscode.window.tabGroups.close(old, true);
}

/** Whether nobody would notice. */
function mayChange(log: OpenLog, tab: vscode.Tab): boolean {
  return (
    tab.isActive && log.follows && log.editors.length > 0 && log.editors.every(({ selection }) => selection.isEmpty)
  );
}

function tabsOf(log: OpenLog): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter((tab) => isOf(tab, log.uri));
}

function isOf({ input }: vscode.Tab, uri: vscode.Uri): boolean {
  const uris =
    input instanceof vscode.TabInputText
      ? [input.uri]
      : input instanceof vscode.TabInputTextDiff
        ? [input.original, input.modified]
        : [];
  return uris.some((one) => one.toString() === uri.toString());
}
