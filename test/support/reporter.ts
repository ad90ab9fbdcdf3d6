import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const { Base, Dot, Spec } = Mocha.reporters;

/**
 * Prints as mocha's own reporters do, and tells the test runner how many passed, failed and were skipped, and the names of
 * those that failed.
 *
 * TEST_COUNTS names the file to write the counts to, TEST_REPORTER chooses `dot` over the default `spec`.
 */
export default class CountingReporter extends Base {
  readonly #counts = { passed: 0, failed: 0, skipped: 0, failures: [] as string[] };
  readonly #printer: Mocha.reporters.Base;

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    this.#printer = process.env['TEST_REPORTER'] === 'dot' ? new Dot(runner, options) : new Spec(runner, options);
    const { constants } = Mocha.Runner;
    runner.on(constants.EVENT_TEST_PASS, () => (this.#counts.passed += 1));
    runner.on(constants.EVENT_TEST_FAIL, (test) => {
      this.#counts.failed += 1;
      this.#counts.failures.push(test.titlePath().join(' › '));
    });
    runner.on(constants.EVENT_TEST_PENDING, () => (this.#counts.skipped += 1));
    runner.once(constants.EVENT_RUN_END, () => {
      this.#write();
    });
  }

  override done(failures: number, finish: (failures: number) => void): void {
    if (this.#printer.done) this.#printer.done(failures, finish);
    else finish(failures);
  }

  #write(): void {
    const file = process.env['TEST_COUNTS'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(this.#counts));
  }
}
