import * as vscode from 'vscode';

/** A long piece of work, with a way to say how far it is. */
export type Work<T> = (signal: AbortSignal, say: (sentence: string) => void) => Promise<T>;

/** Runs `work` under a notification whose Cancel aborts the signal. */
export function withProgress<T>(title: string, work: Work<T>): Thenable<T> {
  return run({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, work);
}

/** Runs `work` with a quiet sign of life in the status bar; for what is short as a rule. */
export function withQuietProgress<T>(title: string, work: Work<T>): Thenable<T> {
  return run({ location: vscode.ProgressLocation.Window, title }, work);
}

function run<T>(options: vscode.ProgressOptions, work: Work<T>): Thenable<T> {
  return vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => {
      controller.abort();
    });
    try {
      return await work(controller.signal, (message) => {
        progress.report({ message });
      });
    } finally {
      subscription.dispose();
    }
  });
}
