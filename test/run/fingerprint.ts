import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is made of the other files, and what git and the packages keep. */
const left = new Set(['.git', '.vscode-test', 'coverage', 'dist', 'node_modules', 'out']);

/**
 * What all files of a checkout say, their names, the packages that are installed and the Node that runs, as one short text: it
 * is another one as soon as any of these is.
 */
export function fingerprint(folder: string): string {
  const hash = createHash('sha256').update(process.version);
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (existsSync(installed)) add(hash, 'packages', installed);
  for (const entry of entriesOf(folder)) if (!left.has(entry.name)) addAll(hash, entry, entry.name, folder);
  return hash.digest('hex');
}

function addAll(hash: Hash, entry: Dirent, name: string, folder: string): void {
  const path = join(folder, entry.name);
  if (!entry.isDirectory()) add(hash, name, path);
  else for (const inner of entriesOf(path)) addAll(hash, inner, `${name}/${inner.name}`, path);
}

/** Names and contents, each with its length, so that no two of them can be taken for another two. */
function add(hash: Hash, name: string, path: string): void {
  const contents = contentsOf(path);
  hash.update(`${String(name.length)} ${name} ${String(contents.length)} `).update(contents);
}

/** Nothing for what is no file: a link that leads nowhere, or a socket. */
function contentsOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** What is in a folder, in order. */
function entriesOf(path: string): Dirent[] {
  return readdirSync(path, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
}
