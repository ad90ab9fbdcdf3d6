/** What a text says, or why that can't be told from the text alone: then only Nomad can tell. */
export type Told<T> = { readonly known: T } | { readonly unknown: string };

export function isKnown<T>(told: Told<T>): told is { readonly known: T } {
  return 'known' in told;
}

/** `told` with its value changed; what is unknown stays so. */
export function then<T, U>(told: Told<T>, change: (value: T) => Told<U>): Told<U> {
  return isKnown(told) ? change(told.known) : told;
}

/** All of them, or the first reason why one is unknown. */
export function all<T>(tolds: readonly Told<T>[]): Told<readonly T[]> {
  const values: T[] = [];
  for (const told of tolds) {
    if (!isKnown(told)) return told;
    values.push(told.known);
  }
  return { known: values };
}
