import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the program that stands where a desktop VS Code would, and returns its path. `shim.ts` is not started by a
 * `#!` line of its own: the rules that know types read it twice then, with all that it imports.
 */
export function writeLauncher(folder: string): string {
  const path = join(folder, 'code');
  const command = [process.execPath, join(import.meta.dirname, 'shim.ts')].map(quoted).join(' ');
  writeFileSync(path, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** One word for a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
