import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { runTests } from '@vscode/test-electron';
import { cleanEnvironment } from '../../host/codeServer.ts';
import { findDesktop } from '../../host/desktop.ts';
import { saveHostLogs } from '../../host/logs.ts';
import { testSettings } from '../../host/settings.ts';
import { buildBundles } from '../../run/package.ts';
import { outFolder, root } from '../../run/paths.ts';
import { followFile } from './follow.ts';
import { writeLauncher } from './launcher.ts';

/** Runs the suites of test/workbench in a real extension host. TEST_COUNTS names the file for the counts. */
async function main(): Promise<number> {
  // runTests ends the host when Ctrl+C arrives; other signals have to ask for the same.
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.emit('SIGINT'));
  const interruption = new AbortController();
  process.on('SIGINT', () => {
    interruption.abort();
  });
  await buildBundles();
  await buildBundles('--workbench-tests');
  // So early there is no host that could end.
  if (interruption.signal.aborted) return 130;
  const folder = mkdtempSync(join(tmpdir(), 'nw-'));
  try {
    return await runIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(folder: string): Promise<number> {
  const workspace = join(folder, 'workspace');
  const profile = join(folder, 'p');
  const report = join(folder, 'report.txt');
  writeWorkspace(workspace);
  mkdirSync(join(profile, 'User'), { recursive: true });
  writeFileSync(join(profile, 'User/settings.json'), JSON.stringify(testSettings));
  writeFileSync(report, '');
  // runTests adds to this environment and cannot take away from it.
  process.env = cleanEnvironment();
  const printed = followFile(report, process.stdout);
  try {
    return await runTests({
      vscodeExecutablePath: findDesktop()?.executable ?? writeLauncher(folder),
      extensionDevelopmentPath: root,
      extensionTestsPath: join(outFolder, 'workbench/index.cjs'),
      launchArgs: [workspace, `--user-data-dir=${profile}`, `--extensions-dir=${join(folder, 'x')}`],
      extensionTestsEnv: { TEST_OUTPUT: report },
      stdout: new PassThrough().resume(),
      stderr: process.stderr,
    });
  } catch (error) {
    printed.stop();
    console.log(error instanceof Error ? error.message : error);
    saveHostLogs(profile, 'workbench');
    return 1;
  } finally {
    printed.stop();
  }
}

function writeWorkspace(folder: string): void {
  mkdirSync(folder);
  const samples = join(root, 'test/simulator/samples/jobspecs');
  if (existsSync(samples)) cpSync(samples, folder, { recursive: true });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
