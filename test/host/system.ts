import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from '../run/command.ts';

/** Set-up says what it does in one line each. */
export function say(text: string): void {
  console.log(`set-up: ${text}`);
}

/** The full path of a program on PATH. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The last installation: the system takes one at a time, and what sets up here does so side by side. */
let lastInstallation: Promise<unknown> = Promise.resolve();

/**
 * Installs packages of the system where this account may (root on Debian and its kin); otherwise throws one line that
 * names them. `purpose` completes "missing for", `alternative` "or".
 */
export async function installSystemPackages(
  names: readonly string[],
  purpose: string,
  alternative?: string,
): Promise<void> {
  const missing = `Missing for ${purpose}: ${names.join(', ')}.`;
  const cure = `apt-get install -y ${names.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version') || findProgram('apt-get') === undefined) {
    const other = alternative === undefined ? '' : `, or ${alternative}`;
    throw new Error(`${missing} Install it with the system's package manager (Debian, as root: ${cure})${other}.`);
  }
  const installation = lastInstallation.then(() => install(names, purpose, cure));
  lastInstallation = installation.catch(() => undefined);
  const { code, output } = await installation;
  if (code !== 0) throw new Error(`${missing} ${cure} failed:\n${output.trimEnd().slice(-2000)}`);
}

async function install(
  names: readonly string[],
  purpose: string,
  cure: string,
): Promise<{ code: number | null; output: string }> {
  say(`Installing ${names.join(', ')} for ${purpose} (${cure})`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-qq'], { env });
  // The system may be installing something of its own.
  const patience = ['-o', 'DPkg::Lock::Timeout=300'];
  return runCommand('apt-get', ['install', '-y', '--no-install-recommends', ...patience, ...names], { env });
}
