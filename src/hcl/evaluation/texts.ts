import type { Literal } from './literals.ts';
import { decimal } from './numbers.ts';
import type { Told } from './told.ts';

/** A value as a text, where Nomad makes one of it: null is none. */
export function asText(literal: Literal): Told<string> {
  switch (literal.kind) {
    case 'string':
      return { known: literal.value };
    case 'bool':
      return { known: String(literal.value) };
    case 'number': {
      const digits = decimal(literal.text);
      return digits === undefined ? { unknown: 'a number in it is too long to tell' } : { known: digits };
    }
    case 'null':
      return { unknown: 'a value in it is null' };
    case 'list':
    case 'map':
      return { unknown: `a value in it is a ${literal.kind}` };
  }
}
