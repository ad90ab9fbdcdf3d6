import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { outFolder, root } from '../run/paths.ts';

const tailLines = 40;

/** The logs that tell why an extension misbehaved: the extension host's, and the extension's own channel. */
const telling = /^((remote)?exthost|Nomad.*)\.log$/;

/** Copies the logs of a host's state folder to `out/logs/<name>`, and prints the ends of the telling ones. */
export function saveHostLogs(stateFolder: string, name: string): void {
  if (!existsSync(stateFolder)) return;
  const target = join(outFolder, 'logs', name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const files = readdirSync(stateFolder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.log'));
  for (const file of files) {
    const path = join(stateFolder, file);
    copyFileSync(path, join(target, basename(file)));
    if (telling.test(basename(file))) printTail(path);
  }
  console.log(`Logs of the extension host: ${relative(root, target)}`);
}

function printTail(path: string): void {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  console.log(`--- ${basename(path)}, last ${String(Math.min(tailLines, lines.length))} lines`);
  console.log(lines.slice(-tailLines).join('\n'));
}
