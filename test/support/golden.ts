import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'golden');

/**
 * Compares `text` with `test/golden/<name>.txt`. With RESET_GOLDEN=1 the file is written instead, so that the difference
 * can be read and committed.
 *
 * @param name may hold slashes
 */
export function golden(name: string, text: string): void {
  const file = join(folder, `${name}.txt`);
  const actual = text.endsWith('\n') ? text : `${text}\n`;
  if (process.env['RESET_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  assert.equal(actual, read(file, name));
}

function read(file: string, name: string): string {
  try {
    // A checkout may have turned line ends into those of its system.
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return assert.fail(`There is no golden text ${name}; RESET_GOLDEN=1 writes it.`);
  }
}
