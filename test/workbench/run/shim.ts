// Stands where @vscode/test-electron expects the program of a desktop VS Code: takes the same arguments, and runs the
// extension and its tests in code-server with a headless browser instead. Ends with the exit code of the tests.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { launchBrowser, prepareBrowser } from '../../host/browser.ts';
import { startCodeServer } from '../../host/codeServer.ts';
import type { CodeServer } from '../../host/codeServer.ts';
import { testSettings } from '../../host/settings.ts';

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
  },
});

const log: string[] = [];

async function main(): Promise<number> {
  const interrupted = nextSignal();
  const folder = String(values['user-data-dir']);
  const server = await startCodeServer({ settings: testSettings, testDriver: true, stateFolder: join(folder, 'h') });
  try {
    return await Promise.race([runInBrowser(server), interrupted]);
  } finally {
    writeFileSync(join(folder, 'automation.log'), log.join('\n'));
    await server.close();
  }
}

async function runInBrowser(server: CodeServer): Promise<number> {
  const browser = await launchBrowser(await prepareBrowser());
  try {
    const page = await browser.newPage();
    await page.addInitScript(drawNothing);
    const exited = exitCode(page);
    // As long as a busy machine needs; what hangs is ended by the layer's own limit.
    await page.goto(address(server.authority), { waitUntil: 'domcontentloaded', timeout: 0 });
    return await exited;
  } finally {
    await browser.close();
  }
}

/**
 * Leaves the page all that it does but the drawing: nobody looks at it, and without a graphics card each picture of it is work
 * for the processor. What is hidden in another way has no size, or takes no focus.
 */
const drawNothing =
  "document.addEventListener('DOMContentLoaded', () => { document.documentElement.style.opacity = '0'; });";

function address(authority: string): string {
  const remote = (path: unknown): string => `vscode-remote://${authority}${String(path)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(values.extensionDevelopmentPath)],
    ['extensionTestsPath', remote(values.extensionTestsPath)],
    ['enableProposedApi', ''],
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  const folder = encodeURIComponent(positionals[0] ?? process.cwd());
  return `http://${authority}/?folder=${folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** The workbench reports through two functions of its page. They have to be there before it loads. What hangs the layer ends. */
async function exitCode(page: Page): Promise<number> {
  const { promise, resolve } = withResolver();
  await page.exposeFunction('codeAutomationLog', (kind: string, args: readonly unknown[]) => {
    log.push(`${kind} ${args.map(String).join(' ')}`);
  });
  await page.exposeFunction('codeAutomationExit', resolve);
  page.on('crash', () => {
    resolve(1);
  });
  return promise;
}

function nextSignal(): Promise<number> {
  const { promise, resolve } = withResolver();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      resolve(130);
    });
  }
  return promise;
}

function withResolver(): { promise: Promise<number>; resolve: (code: number) => void } {
  let resolve: (code: number) => void = () => undefined;
  const promise = new Promise<number>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

process.exit(await main());
