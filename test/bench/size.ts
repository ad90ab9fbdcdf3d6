import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageExtension } from '../run/package.ts';
import { root } from '../run/paths.ts';
import type { Bench } from './figures.ts';

/** In kB: what a window reads to start, and what it reads with the first use of something. */
interface Sizes {
  readonly start: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** How much is loaded, and how much is installed. */
export const size: Bench = {
  name: 'size',
  async run() {
    const vsix = await packageExtension();
    const { start, parts } = JSON.parse(readFileSync(join(root, 'dist/sizes.json'), 'utf8')) as Sizes;
    return [
      { name: 'size.bundle', unit: 'kB', value: start },
      { name: 'size.largestPart', unit: 'kB', value: Math.max(...Object.values(parts)) },
      { name: 'size.package', unit: 'kB', value: statSync(vsix).size / 1000 },
    ];
  },
};
