import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** What test runs leave for a person to look at: screenshots, logs, the packaged extension. */
export const outFolder = join(root, 'out');

/** The extension as `npm run package` leaves it. */
export const packagePath = join(outFolder, 'nomad-workbench.vsix');

/** What set-up installs besides the packages; kept between runs. */
export const installFolder = join(root, '.vscode-test');

/** A program of node_modules. */
export function binary(name: string): string {
  return join(root, 'node_modules', '.bin', name);
}
