/** Shows `$(name)` as it is where VS Code would draw an icon, and drops control characters. */
export function plainLabel(text: string): string {
  return withoutControls(text).replaceAll('$(', '\\$(');
}

/** Replaces control characters, line ends included, by a space. */
export function withoutControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ');
}

/** Shortens for a pop-up, at a word where possible. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  const space = cut.lastIndexOf(' ');
  return `${space > length * 0.7 ? cut.slice(0, space) : cut}…`;
}

/** `3 jobs`, `1 job`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
