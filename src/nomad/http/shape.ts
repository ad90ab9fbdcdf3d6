/**
 * Looks at a value of the wire: nothing where it is what Nomad sends, else where it isn't and why, such as
 * `.Allocs[3].ID is not a text`. Never holds anything that the server sent.
 */
export type Shape = (value: unknown) => string | undefined;

/** Passes everything. */
export const anything: Shape = () => undefined;

export const text: Shape = (value) => (typeof value === 'string' ? undefined : ' is not a text');

/** Any number that JSON can write, which leaves out the infinite ones that it is read as. */
export const number: Shape = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : ' is not a number';

/** A raft index, a version: a whole number from 0 that a JavaScript number holds exactly. */
export const index: Shape = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? undefined : ' is not an index';

export const flag: Shape = (value) => (typeof value === 'boolean' ? undefined : ' is neither true nor false');

/** Nomad leaves out what is zero, or sends null for it. */
export function maybe(shape: Shape): Shape {
  return (value) => (value === undefined || value === null ? undefined : shape(value));
}

export function listOf(shape: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return ' is not a list';
    for (let at = 0; at < value.length; at += 1) {
      const wrong = shape(value[at]);
      if (wrong !== undefined) return `[${String(at)}]${wrong}`;
    }
    return undefined;
  };
}

/** An object with any names, whose values are alike. */
export function mapOf(shape: Shape): Shape {
  return (value) => {
    if (!isObject(value)) return ' is not an object';
    // The server chose these names, so no error shows them.
    for (const name in value) {
      const wrong = shape(value[name]);
      if (wrong !== undefined) return `[…]${wrong}`;
    }
    return undefined;
  };
}

/** An object with at least these fields; others are nobody's business. */
export function object(fields: Readonly<Record<string, Shape>> = {}): Shape {
  const entries = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) return ' is not an object';
    for (const [name, shape] of entries) {
      const wrong = shape(value[name]);
      if (wrong !== undefined) return `.${name}${wrong}`;
    }
    return undefined;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
