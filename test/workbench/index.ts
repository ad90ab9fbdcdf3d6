import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import CountingReporter from '../support/reporter.ts';

/**
 * Runs the suites inside the extension host; the workbench calls it with the bundles of esbuild.mjs beside it.
 *
 * Reads TEST_OUTPUT, the file that takes the report, and MOCHA_GREP. Rejects when a test fails.
 */
export async function run(): Promise<void> {
  writeConsoleTo(process.env['TEST_OUTPUT']);
  const mocha = new Mocha({ reporter: CountingReporter, forbidOnly: true, retries: 0, timeout: 120_000, color: false });
  const grep = process.env['MOCHA_GREP'];
  if (grep !== undefined) mocha.grep(grep);
  for (const name of readdirSync(__dirname)) {
    if (name.endsWith('.test.cjs')) mocha.addFile(join(__dirname, name));
  }
  const failures = await new Promise<number>((settle) => {
    mocha.run(settle).on(Mocha.Runner.constants.EVENT_TEST_FAIL, (_test, error: Error) => {
      if (error.stack !== undefined) error.stack = mapStack(error.stack);
    });
  });
  if (failures > 0) throw new Error(`${String(failures)} failed`);
}

/** The extension host's console cannot be assigned to, and goes to the window's log, where nobody looks for a report. */
function writeConsoleTo(file: string | undefined): void {
  if (file === undefined) return;
  const print = (...parts: unknown[]): void => {
    appendFileSync(file, `${format(...parts)}\n`);
  };
  Object.defineProperty(console, 'log', { value: print, configurable: true });
  Mocha.reporters.Base.consoleLog = print;
}

const maps = new Map<string, SourceMap | undefined>();

/** Bundled positions become positions in the sources. */
function mapStack(stack: string): string {
  return stack.replace(/([^\s()]+\.cjs):(\d+):(\d+)/g, (whole, bundle: string, line: string, column: string) => {
    const origin = sourceMap(bundle)?.findOrigin(Number(line), Number(column));
    if (origin === undefined || !('fileName' in origin)) return whole;
    const source = resolve(dirname(bundle), origin.fileName);
    return `${source}:${String(origin.lineNumber)}:${String(origin.columnNumber)}`;
  });
}

function sourceMap(bundle: string): SourceMap | undefined {
  if (!maps.has(bundle)) {
    const file = `${bundle}.map`;
    maps.set(
      bundle,
      existsSync(file)
        ? new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as ConstructorParameters<typeof SourceMap>[0])
        : undefined,
    );
  }
  return maps.get(bundle);
}
