import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser, prepareBrowser } from '../host/browser.ts';
import { startCodeServer } from '../host/codeServer.ts';
import { findDesktop, hasDisplay, openAddress, startDesktop } from '../host/desktop.ts';
import type { Desktop } from '../host/desktop.ts';
import { prepareHost } from '../host/install.ts';
import { quietSettings } from '../host/settings.ts';
import { samplesFolder, startCluster } from './demoCluster.ts';
import type { DemoCluster } from './demoCluster.ts';
import { buildBundles, packageExtension } from './package.ts';
import { root } from './paths.ts';

/** An open workbench. */
interface Window {
  /** Where a person finds it. */
  readonly place: string;
  /** Settles when the person closes it; a page in a browser never says. */
  readonly closed?: Promise<unknown>;
}

/** Things to undo at the end, the last one first. */
type CleanUp = (() => Promise<void> | void)[];

const { values: flags } = parseArgs({
  options: { port: { type: 'string' }, 'no-open': { type: 'boolean' }, help: { type: 'boolean' } },
});

const usage = `npm run demo [-- --port N] [-- --no-open]

Opens the workbench with the extension, a cluster with sample jobs, and a folder of jobspecs.
  --port N     the port of the workbench in the browser; by default a free one
  --no-open    prints the address instead of opening the browser
NOMAD_ADDR=… uses that cluster (with NOMAD_TOKEN, if it is set); NOMAD_BIN=… starts a development agent of that program;
otherwise the embedded simulator plays the cluster.`;

async function main(): Promise<void> {
  if (flags.help) {
    console.log(usage);
    return;
  }
  const stopped = nextSignal();
  const cleanUp: CleanUp = [];
  try {
    const startedAt = performance.now();
    const [cluster, window] = await prepare(cleanUp);
    console.log(welcome(cluster, window, elapsed(startedAt)));
    if (process.env['DEMO_EXIT_WHEN_READY'] === '1') {
      await lookInside(window.place);
      console.log(`\nThe workbench showed the extension ${elapsed(startedAt)} after the start`);
      return;
    }
    await Promise.race(window.closed === undefined ? [stopped] : [stopped, window.closed]);
    console.log('\nStopping');
  } finally {
    for (const undo of cleanUp.reverse()) await undo();
  }
}

/** Building, installing and starting the cluster go side by side; the window needs all three. */
async function prepare(cleanUp: CleanUp): Promise<[DemoCluster, Window]> {
  const desktop = findDesktop();
  const steps = [
    startCluster(process.env).then((cluster) => {
      cleanUp.push(() => cluster.close());
      return cluster;
    }),
    desktop === undefined ? packageExtension() : buildBundles(),
    desktop === undefined ? prepareHost() : Promise.resolve(),
  ] as const;
  // Waits for all even when one fails, so that clean-up knows everything that was started.
  await Promise.allSettled(steps);
  const [cluster, vsix] = await Promise.all(steps);
  const folder = copySamples(cleanUp);
  const env = { ...nomadEnvironment(), NOMAD_ADDR: cluster.address };
  const window =
    desktop === undefined
      ? await openInBrowser(folder, String(vsix), env, cleanUp)
      : openOnDesktop(desktop, folder, env, cleanUp);
  return [cluster, window];
}

async function openInBrowser(
  folder: string,
  vsix: string,
  env: Record<string, string | undefined>,
  cleanUp: CleanUp,
): Promise<Window> {
  const server = await startCodeServer({ settings: demoSettings, vsix, env, port: Number(flags.port ?? 0) });
  cleanUp.push(() => server.close());
  const place = `http://${server.authority}/?folder=${encodeURIComponent(folder)}`;
  const answer = await fetch(place);
  if (!answer.ok) throw new Error(`The workbench answered with ${String(answer.status)}.`);
  await answer.body?.cancel();
  if (!flags['no-open'] && hasDisplay()) openAddress(place);
  return { place };
}

function openOnDesktop(
  desktop: Desktop,
  folder: string,
  env: Record<string, string | undefined>,
  cleanUp: CleanUp,
): Window {
  const profile = mkdtempSync(join(tmpdir(), 'nw-'));
  cleanUp.push(() => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  mkdirSync(join(profile, 'User'));
  writeFileSync(join(profile, 'User/settings.json'), JSON.stringify(demoSettings));
  const { closed, close } = startDesktop(desktop, { folder, profile, extension: root, env });
  cleanUp.push(close);
  return { place: 'VS Code, in its own window and profile', closed };
}

/** The folder is a copy of files of this checkout, so asking whether to trust it would tell nobody anything. */
const demoSettings = { ...quietSettings, 'security.workspace.trust.enabled': false };

function copySamples(cleanUp: CleanUp): string {
  const folder = mkdtempSync(join(tmpdir(), 'nomad-demo-'));
  cleanUp.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const jobs = join(folder, 'jobs');
  cpSync(samplesFolder, jobs, { recursive: true });
  return jobs;
}

/** The person's own settings for Nomad reach the extension as they are. */
function nomadEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => /^NOMAD_(?!BIN$)/.test(name)));
}

/** Opens the workbench as a person would, out of sight, and waits for the extension to show. */
async function lookInside(address: string): Promise<void> {
  const browser = await launchBrowser(await prepareBrowser());
  try {
    const page = await browser.newPage();
    await page.goto(address, { waitUntil: 'domcontentloaded' });
    await page.locator('.activitybar .action-label[aria-label^="Nomad"]').waitFor();
  } finally {
    await browser.close();
  }
}

function elapsed(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

function nextSignal(): Promise<unknown> {
  return Promise.race(
    (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => new Promise((resolve) => process.on(signal, resolve))),
  );
}

function welcome(cluster: DemoCluster, window: Window, time: string): string {
  return `
Nomad Workbench is ready after ${time}

  workbench   ${window.place}
  cluster     ${cluster.description}

Try first
  1. Open the Nomad view in the activity bar: jobs, deployments and allocations, live.
  2. Open a jobspec of the folder, change its count or its image, and choose Plan above the job.
  3. Read the plan beside it, then choose Run this plan.
  4. Watch the rollout in the view and in the status bar; promote the canary when it is healthy.
  5. Open a terminal in one of the allocations from its row.
  6. Revert the job to the version before.

Ctrl+C stops all of it and removes what it made.`;
}

/** A library's stray socket must not keep a demo alive that is over. */
try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  process.exit();
}
