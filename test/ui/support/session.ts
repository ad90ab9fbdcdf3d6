import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser, prepareBrowser } from '../../host/browser.ts';
import { installExtension, startCodeServer } from '../../host/codeServer.ts';
import type { CodeServer } from '../../host/codeServer.ts';
import { saveHostLogs } from '../../host/logs.ts';
import { testSettings } from '../../host/settings.ts';
import { outFolder, packagePath, root } from '../../run/paths.ts';

export interface SessionOptions {
  /** Added to the environment of the extension host, which holds no NOMAD_ variable otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  /** Added to the user settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Opens folders in Restricted Mode, as the workbench does by default. */
  readonly restricted?: boolean;
}

/** Does away with what tests leave, all at once. */
export const tidyUpKey = 'Control+Alt+Shift+F9';

/** The terminal leaves this key to the workbench, by `testSettings`. */
const tidyUpBinding = {
  key: 'ctrl+alt+shift+f9',
  command: 'runCommands',
  args: {
    commands: ['notifications.clearAll', 'workbench.action.closePanel', 'workbench.action.closeAllEditors'],
  },
};

/** Gives the editor that is active the focus, wherever it is. */
export const focusEditorKey = 'Control+Alt+Shift+F8';

const focusEditorBinding = {
  key: 'ctrl+alt+shift+f8',
  command: 'runCommands',
  args: { commands: ['workbench.action.focusActiveEditorGroup'] },
};

/** One code-server with the packaged extension, and one browser looking at it. Secrets live as long as the session. */
export class Session {
  readonly page: Page;
  readonly #server: CodeServer;
  readonly #browser: Browser;

  private constructor(server: CodeServer, browser: Browser, page: Page) {
    this.#server = server;
    this.#browser = browser;
    this.page = page;
  }

  static async start(options: SessionOptions = {}): Promise<Session> {
    const trust = options.restricted
      ? { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' }
      : {};
    const starting = installed().then((extensionsFolder) =>
      startCodeServer({
        settings: { ...testSettings, ...trust, ...options.settings },
        keybindings: [tidyUpBinding, focusEditorBinding],
        extensionsFolder,
        ...(options.env === undefined ? {} : { env: options.env }),
      }),
    );
    const launching = prepareBrowser().then(launchBrowser);
    const [server, browser] = await Promise.allSettled([starting, launching]);
    if (server.status === 'fulfilled' && browser.status === 'fulfilled') {
      const context = await newContext(browser.value);
      const page = await context.newPage();
      // Leaving a page with unsaved text is asked about, and always meant.
      page.on('dialog', (dialog) => void dialog.accept());
      return new Session(server.value, browser.value, page);
    }
    if (server.status === 'fulfilled') await server.value.close();
    if (browser.status === 'fulfilled') await browser.value.close();
    throw server.status === 'rejected' ? server.reason : (browser as PromiseRejectedResult).reason;
  }

  /** The address of the workbench with a folder open, or a workspace of several by its file. */
  address(folder: string): string {
    const kind = folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
    return `http://${this.#server.authority}/?${kind}=${encodeURIComponent(folder)}`;
  }

  /** Saves a picture of the page as `out/screenshots/<name>.png`; resolves to its path inside the checkout. */
  async screenshot(name: string): Promise<string> {
    const folder = join(outFolder, 'screenshots');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return relative(root, path);
  }

  /** Keeps what tells why a test failed. */
  async saveEvidence(name: string): Promise<void> {
    const file = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    console.log(`Picture of the failure: ${await this.screenshot(`failed-${file}`)}`);
    saveHostLogs(this.#server.stateFolder, `ui-${file}`);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}

let installation: Promise<string> | undefined;

/** A folder with the packaged extension, which is installed once for all sessions. */
function installed(): Promise<string> {
  installation ??= install();
  return installation;
}

async function install(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nx-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  await installExtension(packagePath, folder);
  return folder;
}

async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    colorScheme: 'dark',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  // For what never comes; what is slow has all of it.
  context.setDefaultTimeout(30_000);
  context.setDefaultNavigationTimeout(60_000);
  return context;
}
