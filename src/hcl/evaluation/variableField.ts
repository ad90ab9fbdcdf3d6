import type { JobspecVariable } from '../jobspec.ts';
import type { Literal } from './literals.ts';
import { literalText, parseLiteral } from './literals.ts';
import { quote, unquote } from '../syntax/quoted.ts';
import { isKnown } from './told.ts';
import type { Told } from './told.ts';
import { checkVariableValue } from './variables.ts';
import { fit, typeOf } from './variableType.ts';

/** What stands in the box in which a person gives a value, and how what is in it is read. */
export interface VariableField {
  readonly text: string;
  /** Shown while the box is empty: a value that no text in the box could say. */
  readonly placeholder?: string;
  /** How the text is written, where it is not the value itself; a sentence. */
  readonly note?: string;
  /** Whether Enter on the box as it is keeps the value. */
  readonly keeps: boolean;
}

/** What a text in the box means. */
export type FieldAnswer = { readonly keep: true } | { readonly text: string } | { readonly wrong: string };

/**
 * @param current the value that the variable has now, from wherever; undefined when it has none
 * @param source that value as written, for where it can't be told
 */
export function fieldOf(variable: JobspecVariable, current: Told<Literal> | undefined, source = ''): VariableField {
  if (current === undefined) return { text: '', keeps: false };
  const type = typeOf(variable);
  const fitted = isKnown(current) ? fit(current.known, type) : undefined;
  if (fitted === undefined || 'expected' in fitted) {
    return {
      text: '',
      keeps: true,
      placeholder: source.replace(/\s+/g, ' ').trim(),
      note: 'Leave it empty to keep the value.',
    };
  }
  const { value } = fitted;
  const isText = type.kind === 'string' || type.kind === 'any';
  if (isText && value.kind === 'null') {
    return { text: '', keeps: true, placeholder: 'null', note: 'Leave it empty to keep null; "" is the empty text.' };
  }
  if (!isText || value.kind !== 'string') return { text: literalText(value), keeps: true };
  const isPlain = isOneLine(value.value) && (type.kind === 'string' || parseLiteral(value.value) === undefined);
  if (isPlain) return { text: value.value, keeps: true };
  return { text: quote(value.value), keeps: true, note: 'Written in quotes: \\n is a line end.' };
}

/** What a text in the box of a variable means. */
export function readField(variable: JobspecVariable, field: VariableField, text: string): FieldAnswer {
  if (field.keeps && text === field.text) return { keep: true };
  const type = typeOf(variable);
  if (type.kind !== 'string') {
    const wrong = checkVariableValue(type, text);
    return wrong === undefined ? { text } : { wrong };
  }
  if (field.note === undefined || !text.startsWith('"')) return { text };
  const value = unquote(text);
  return value === undefined
    ? { wrong: 'Close the quotes, and write " as \\" and ${ as $${ between them.' }
    : { text: value };
}

/** An input box has one line, and can't show control and formatting characters. */
function isOneLine(value: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(value);
}
