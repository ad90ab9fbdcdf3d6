import { label, plain } from '../base/plain.ts';
import { showProgress } from './window.ts';

/** A long piece of work, with a way to say how far it is. */
export type Work<T> = (signal: AbortSignal, say: (sentence: string) => void) => Promise<T>;

/** Work that is over sooner than this gets no pop-up. */
const momentMs = 700;

/**
 * Runs `work` with a sign of life in the status bar, and, where it takes longer than a moment, a notification whose
 * button aborts the signal.
 *
 * @param cancel what that button says, where it isn't `Cancel`
 */
export async function withProgress<T>(title: string, work: Work<T>, cancel?: string): Promise<T> {
  const controller = new AbortController();
  let last: string | undefined;
  let show: ((sentence: string) => void) | undefined;
  const working = work(controller.signal, (sentence) => {
    last = sentence;
    show?.(sentence);
  });
  const text = label(title);
  if (await showProgress({ how: 'quiet', title: text }, () => settlesSoon(working))) return working;
  return showProgress(
    { how: 'open', title: text, cancel: cancel === undefined ? undefined : plain(cancel) },
    (report, onCancel) => {
      onCancel(() => {
        controller.abort();
      });
      show = (sentence) => {
        report(label(sentence));
      };
      if (last !== undefined) show(last);
      return working;
    },
  );
}

/** Runs `work` with quiet progress in the status bar; for work that is usually short or can't be cancelled. */
export function withQuietProgress<T>(title: string, work: Work<T>): Thenable<T> {
  return showProgress({ how: 'quiet', title: label(title) }, (report) =>
    work(new AbortController().signal, (sentence) => {
      report(label(sentence));
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
