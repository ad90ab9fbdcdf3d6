import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FakeClock } from '../../../support/fakeClock.ts';
import type { Runtime } from '../../../simulator/runtime/runtime.ts';
import { allocId, makeRuntime, specOf, watch } from './stage.ts';

let clock: FakeClock;
let runtime: Runtime;

const log = (type = 'stdout'): string =>
  readFileSync(path.join(runtime.directories.logs(allocId), `server.${type}.0`), 'utf8');

const mock = (config: Record<string, unknown>) => watch(runtime, specOf({ Driver: 'mock_driver', Config: config }));

describe('simulated tasks', () => {
  beforeEach(() => {
    clock = new FakeClock();
    runtime = makeRuntime(clock, false);
  });

  afterEach(async () => {
    await runtime.dispose();
    assert.equal(clock.pending, 0);
  });

  it('report nothing before start has returned', async () => {
    const { reports } = mock({ run_for: '10s' });
    assert.deepEqual(reports, []);
    await clock.advance(0);
    assert.deepEqual(reports, [{ kind: 'started' }]);
  });

  it('of the mock driver run for their time and end with their code', async () => {
    const { reports, task } = mock({ run_for: '1m30s', exit_code: 7 });
    await clock.advance(89_999);
    assert.equal(task.running, true);
    await clock.advance(1);
    assert.deepEqual(reports.at(-1), { kind: 'exited', exitCode: 7, signal: 0 });
    assert.equal(task.running, false);
  });

  it('of the mock driver write all their output before they end', async () => {
    const { reports } = mock({
      run_for: '1s',
      stdout_string: 'a\n',
      stdout_repeat: 3,
      stdout_repeat_duration: '1s',
      stderr_string: 'e\n',
    });
    await clock.advance(1000);
    assert.equal(log(), 'a\na\n');
    assert.equal(log('stderr'), 'e\n');
    assert.equal(reports.length, 1);
    await clock.advance(2000);
    assert.equal(log(), 'a\na\na\na\n');
    assert.equal(reports.at(-1)?.kind, 'exited');
  });

  it('of the mock driver fail to start, after a while if asked', async () => {
    const { reports, task } = mock({ start_error: 'no disk', start_block_for: '5s' });
    await clock.advance(4999);
    assert.deepEqual(reports, []);
    await clock.advance(1);
    assert.deepEqual(reports, [{ kind: 'failedToStart', message: 'no disk' }]);
    assert.equal(task.running, false);
  });

  it('can be stopped while they are still starting', async () => {
    const { reports, task } = mock({ run_for: '1h', start_block_for: '1h' });
    assert.equal(task.running, true);
    task.stop({ timeoutMs: 1000 });
    await clock.advance(1000);
    assert.deepEqual(reports, [{ kind: 'exited', exitCode: 0, signal: 0 }]);
    assert.equal(task.running, false);
  });

  it('of the mock driver take their time to be killed', async () => {
    const { reports, task } = mock({ run_for: '1h', kill_after: '3s' });
    await clock.advance(0);
    task.stop({ timeoutMs: 1000 });
    await clock.advance(2999);
    assert.equal(task.running, true);
    await clock.advance(1);
    assert.deepEqual(reports.at(-1), { kind: 'exited', exitCode: 0, signal: 0 });
  });

  it('of the mock driver refuse a duration that is none', async () => {
    const { reports } = mock({ run_for: 'soon' });
    await clock.advance(0);
    const message = 'run_for soon not a valid duration: time: invalid duration "soon"';
    assert.deepEqual(reports, [{ kind: 'failedToStart', message }]);
  });

  it('of a service run until they are stopped', async () => {
    const { reports, task } = watch(runtime, specOf({ Driver: 'docker', Config: { image: 'redis:7' } }));
    await clock.advance(3_600_000);
    assert.deepEqual(
      reports.map((report) => report.kind),
      ['event', 'started'],
    );
    assert.match(log(), /starting server \(redis:7\)/);
    task.stop({ signal: 'SIGTERM', timeoutMs: 5000 });
    await clock.advance(5000);
    assert.deepEqual(reports.at(-1), { kind: 'exited', exitCode: 143, signal: 15 });
  });

  it('of a batch job end by themselves after a few seconds', async () => {
    const { reports } = watch(runtime, specOf({ Driver: 'exec', Config: { command: 'x' } }, { jobType: 'batch' }));
    await clock.advance(1999);
    assert.deepEqual(reports, [{ kind: 'started' }]);
    await clock.advance(3001);
    assert.deepEqual(reports.at(-1), { kind: 'exited', exitCode: 0, signal: 0 });
  });

  it('follow the hints in their meta', async () => {
    const Meta = { 'simulator.run_for': '10s', 'simulator.exit_code': '4', 'simulator.log': 'tick' };
    const { reports } = watch(runtime, specOf({ Driver: 'java', Meta: { ...Meta, 'simulator.log_every': '2s' } }));
    await clock.advance(9000);
    assert.equal(log().match(/^tick$/gm)?.length, 4);
    await clock.advance(1000);
    assert.deepEqual(reports.at(-1), { kind: 'exited', exitCode: 4, signal: 0 });
  });

  it('run out of memory or fail to start by hints of the job', async () => {
    const { reports } = watch(runtime, specOf({ Driver: 'docker' }, { meta: { 'simulator.oom': 'true' } }));
    await clock.advance(5000);
    assert.deepEqual(reports.at(-1), { kind: 'exited', exitCode: 137, signal: 9, oomKilled: true });
    const failing = watch(runtime, specOf({ Driver: 'docker' }, { meta: { 'simulator.start_error': 'no image' } }));
    await clock.advance(0);
    assert.deepEqual(failing.reports, [{ kind: 'failedToStart', message: 'no image' }]);
  });

  it('note a signal, and end by one that ends', async () => {
    const { reports, task } = watch(runtime, specOf({ Driver: 'docker' }));
    await clock.advance(0);
    assert.equal(task.signal('SIGHUP'), undefined);
    assert.match(log('stderr'), /received SIGHUP/);
    assert.equal(task.signal('SIGKILL'), undefined);
    assert.deepEqual(reports.at(-1), { kind: 'exited', exitCode: 137, signal: 9 });
  });
});
