import * as vscode from 'vscode';

/** A long piece of work, with a way to say how far it is. */
export type Work<T> = (signal: AbortSignal, say: (sentence: string) => void) => Promise<T>;

/** What is over within this time is not worth a message that pops up. */
const momentMs = 700;

/**
 * Runs `work` with a sign of life in the status bar, and, where it takes longer than a moment, a notification whose
 * Cancel aborts the signal.
 */
export async function withProgress<T>(title: string, work: Work<T>): Promise<T> {
  const controller = new AbortController();
  let last: string | undefined;
  let show: ((sentence: string) => void) | undefined;
  const working = work(controller.signal, (sentence) => {
    last = sentence;
    show?.(sentence);
  });
  const quietly = { location: vscode.ProgressLocation.Window, title };
  if (await vscode.window.withProgress(quietly, () => settlesSoon(working))) return working;
  const openly = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(openly, (progress, token) => {
    token.onCancellationRequested(() => {
      controller.abort();
    });
    show = (message) => {
      progress.report({ message });
    };
    if (last !== undefined) show(last);
    return working;
  });
}

/** Runs `work` with a quiet sign of life in the status bar; for what is short as a rule, or must not be cut short. */
export function withQuietProgress<T>(title: string, work: Work<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, (progress) =>
    work(new AbortController().signal, (message) => {
      progress.report({ message });
    }),
  );
}

/** Whether `working` is over, well or not, before long. */
async function settlesSoon(working: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const moment = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, momentMs, false);
  });
  const over = () => true;
  try {
    return await Promise.race([working.then(over, over), moment]);
  } finally {
    clearTimeout(timer);
  }
}
