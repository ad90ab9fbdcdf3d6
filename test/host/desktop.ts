import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cleanEnvironment } from './codeServer.ts';
import { findProgram, isExecutable } from './system.ts';

export interface Desktop {
  /** The command line front, which returns at once. */
  readonly cli: string;
  /** The program itself, which ends when its window does. */
  readonly executable: string;
}

/** A desktop VS Code: the one that VSCODE_EXECUTABLE names, or an installed one if it could show a window. */
export function findDesktop(): Desktop | undefined {
  const named = process.env['VSCODE_EXECUTABLE'];
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Error(`VSCODE_EXECUTABLE names ${named}, which is not a program.`);
    return { cli: named, executable: named };
  }
  const cli = findProgram('code');
  if (cli === undefined || !hasDisplay()) return undefined;
  const executable = programBehind(cli);
  return executable === undefined ? undefined : { cli, executable };
}

/** Whether a window, or a page in the user's browser, could be shown. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** `code` is a script in `bin` beside the program (Linux), or in the application's resources (macOS). */
function programBehind(cli: string): string | undefined {
  const folder = dirname(dirname(realpathSync(cli)));
  const candidates = [join(folder, 'code'), join(folder, '../../MacOS/Code'), join(folder, '../../MacOS/Electron')];
  return candidates.find((path) => existsSync(path) && isExecutable(path));
}

export interface DesktopOptions {
  readonly folder: string;
  /** A folder for settings and installed extensions, apart from the person's own. */
  readonly profile: string;
  /** The folder of the extension to load. */
  readonly extension: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Opens a window of its own. `closed` settles when the person closes it; `close` closes it. */
export function startDesktop(
  desktop: Desktop,
  { folder, profile, extension, env }: DesktopOptions,
): { closed: Promise<unknown>; close: () => Promise<void> } {
  const args = [
    '--new-window',
    `--extensionDevelopmentPath=${extension}`,
    `--user-data-dir=${profile}`,
    `--extensions-dir=${join(profile, 'extensions')}`,
    folder,
  ];
  const child = spawn(desktop.executable, args, { env: { ...cleanEnvironment(), ...env }, stdio: 'ignore' });
  const closed = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  return {
    closed,
    close: async () => {
      if (child.exitCode === null && child.signalCode === null && child.kill()) await closed;
    },
  };
}

/** Shows an address in the person's browser. Failing to is no trouble: the address is printed as well. */
export function openAddress(address: string): void {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  if (findProgram(opener) === undefined) return;
  const child = spawn(opener, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
