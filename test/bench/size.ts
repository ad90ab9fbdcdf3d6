import { statSync } from 'node:fs';
import { join } from 'node:path';
import { packageExtension } from '../run/package.ts';
import { root } from '../run/paths.ts';
import type { Bench } from './figures.ts';

/** How much is loaded, and how much is installed. */
export const size: Bench = {
  name: 'size',
  async run() {
    const vsix = await packageExtension();
    return [
      { name: 'size.bundle', unit: 'kB', value: statSync(join(root, 'dist/extension.cjs')).size / 1000 },
      { name: 'size.package', unit: 'kB', value: statSync(vsix).size / 1000 },
    ];
  },
};
