import { label, plain } from '../base/plain.ts';
import type { TextQuestion } from './ask.ts';
import { showStep } from './window.ts';

/** A question that is one of several. Its title stays while an error stands in the place of the prompt. */
export interface StepQuestion extends TextQuestion {
  readonly canGoBack: boolean;
}

/** Undefined when the person left, and with it the questions before. */
export type StepAnswer = { readonly text: string } | 'back' | undefined;

/** Asks one of several questions; an error is followed by the prompt, which VS Code would hide behind it. */
export function askStep(question: StepQuestion): Promise<StepAnswer> {
  const { title, prompt, value, placeholder, secret, check, canGoBack } = question;
  return showStep({
    title: plain(title),
    prompt: label(prompt),
    placeholder: placeholder === undefined ? undefined : plain(placeholder),
    value,
    secret: secret ?? false,
    canGoBack,
    check: (text) => {
      const wrong = check?.(text);
      return wrong === undefined ? undefined : label(`${wrong} ${prompt}`);
    },
  });
}
