import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../run/command.ts';
import { codeServerEntry } from './install.ts';

export interface CodeServerOptions {
  /** The user settings of the new profile. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The user's keys of the new profile. */
  readonly keybindings?: readonly unknown[];
  /** An extension package to install first. */
  readonly vsix?: string;
  /** A folder with extensions that `installExtension` filled, which many servers may read; by default one of its own. */
  readonly extensionsFolder?: string;
  /** Lets a page load an extension and its tests from their folders, at the price of no toasts and no dialogs. */
  readonly testDriver?: boolean;
  /** Added to the environment of the extension host; undefined removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** A folder for profile, sockets and logs; by default a new one. */
  readonly stateFolder?: string;
}

export interface CodeServer {
  /** `127.0.0.1:port` */
  readonly authority: string;
  readonly stateFolder: string;
  /** Ends the server with all its processes, and removes the state folder unless it was given. */
  close(): Promise<void>;
}

const startLimitMs = 30_000;
const endLimitMs = 5_000;

/** Starts code-server on the loopback interface with a fresh profile. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  // The name stays short: Unix sockets inside have to fit into 107 bytes.
  const stateFolder = options.stateFolder ?? mkdtempSync(join(tmpdir(), 'nw-'));
  let server: ChildProcess | undefined;
  const close = async (): Promise<void> => {
    if (server !== undefined) await endGroup(server);
    if (options.stateFolder === undefined) rmSync(stateFolder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const env = hostEnvironment(stateFolder, options.env ?? {});
    writeProfile(stateFolder, options);
    if (options.vsix !== undefined) await installExtension(options.vsix, join(stateFolder, 'extensions'));
    const args = serverArguments(stateFolder, options);
    server = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    return { authority: await listening(server), stateFolder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Removes what an outer editor or the developer's own cluster would otherwise tell the new host. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE_|NOMAD_|CODE_SERVER_|ELECTRON_RUN_AS_NODE$|PASSWORD$|HASHED_PASSWORD$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function hostEnvironment(stateFolder: string, added: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const runtime = join(stateFolder, 't');
  mkdirSync(runtime, { recursive: true });
  return {
    ...cleanEnvironment(),
    TMPDIR: runtime,
    XDG_RUNTIME_DIR: runtime,
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: '' }),
    ...added,
  };
}

function writeProfile(stateFolder: string, { settings, keybindings = [] }: CodeServerOptions): void {
  const user = join(stateFolder, 'data/User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify(settings, undefined, 2));
  writeFileSync(join(user, 'keybindings.json'), JSON.stringify(keybindings, undefined, 2));
  writeConfig(stateFolder);
}

function writeConfig(stateFolder: string): void {
  writeFileSync(join(stateFolder, 'config.yaml'), 'auth: none\n');
}

function profileArguments(stateFolder: string, extensionsFolder = join(stateFolder, 'extensions')): string[] {
  mkdirSync(extensionsFolder, { recursive: true });
  return [
    ...['--config', join(stateFolder, 'config.yaml')],
    ...['--user-data-dir', join(stateFolder, 'data')],
    ...['--extensions-dir', extensionsFolder],
  ];
}

function serverArguments(stateFolder: string, { testDriver, port, extensionsFolder }: CodeServerOptions): string[] {
  return [
    codeServerEntry,
    ...profileArguments(stateFolder, extensionsFolder),
    ...['--bind-addr', `127.0.0.1:${String(port ?? 0)}`],
    ...['--session-socket', join(stateFolder, 's')],
    ...['--auth', 'none'],
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    ...(testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

/** Installs an extension package into a folder, as a person does it from the command line. */
export async function installExtension(vsix: string, extensionsFolder: string): Promise<void> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'nw-'));
  try {
    writeConfig(stateFolder);
    const args = [codeServerEntry, ...profileArguments(stateFolder, extensionsFolder), '--install-extension', vsix];
    const { code, output } = await runCommand(process.execPath, args, { env: hostEnvironment(stateFolder, {}) });
    if (code !== 0) throw new Error(`The extension could not be installed into code-server:\n${output}`);
  } finally {
    rmSync(stateFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Resolves to the address once the server says that it listens. */
function listening(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(new Error(`code-server ${why}:\n${output}`));
    };
    const timer = setTimeout(fail, startLimitMs, `did not listen within ${String(startLimitMs / 1000)} s`);
    for (const stream of [server.stdout, server.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-10_000);
        const address = /listening on http:\/\/(127\.0\.0\.1:\d+)/.exec(output)?.[1];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(address);
      });
    }
    server.on('error', ({ message }) => {
      fail(`could not be started (${message})`);
    });
    server.on('exit', (code) => {
      fail(`ended with exit code ${String(code)} before it listened`);
    });
  });
}

/** The server leads a process group, which holds its extension hosts as well. */
async function endGroup(server: ChildProcess): Promise<void> {
  const { pid } = server;
  if (pid === undefined) return;
  if (server.exitCode === null && server.signalCode === null) {
    const exited = once(server, 'exit');
    signalGroup(pid, 'SIGTERM');
    const timer = setTimeout(() => {
      signalGroup(pid, 'SIGKILL');
    }, endLimitMs);
    await exited;
    clearTimeout(timer);
  }
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The whole group has ended already.
  }
}
