import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { runCommand } from '../run/command.ts';
import { findProgram, installSystemPackages, isExecutable } from './system.ts';

const programs = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'microsoft-edge-stable',
];

const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/** Finds a browser of the Chromium family, or installs one; resolves to its path. */
export async function prepareBrowser(): Promise<string> {
  const named = process.env['CHROME_PATH'];
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Error(`CHROME_PATH names ${named}, which is not a program.`);
    return named;
  }
  const found = await findBrowser();
  if (found !== undefined) return found;
  // Without a font a page is drawn as boxes.
  const packages = ['chromium', 'fonts-dejavu-core'];
  await installSystemPackages(packages, 'tests in a browser', 'set CHROME_PATH to a Chromium, Chrome or Edge');
  const installed = await findBrowser();
  if (installed === undefined) throw new Error('No browser was found. Set CHROME_PATH to a Chromium, Chrome or Edge.');
  return installed;
}

/** A launcher can be there without its browser, as Ubuntu's for its snap is; so each is asked for its version. */
async function findBrowser(): Promise<string | undefined> {
  const onPath = programs.map(findProgram).filter((path) => path !== undefined);
  for (const path of [...onPath, ...applications.filter((path) => existsSync(path))]) {
    const { code } = await runCommand(path, ['--version'], { limitMs: 10_000 });
    if (code === 0) return path;
  }
  return undefined;
}

/** Starts a headless browser that ends only when it is told to, so that clean-up can run first. */
export async function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
      '--force-color-profile=srgb',
    ],
  });
}
