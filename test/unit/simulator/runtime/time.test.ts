import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Runtime } from '../../../simulator/runtime/runtime.ts';
import { World } from '../../../support/world.ts';
import { allocId, shell, watch } from './stage.ts';

const ticking = 'i=0; while true; do i=$((i+1)); echo tick $i; sleep 1; done';

describe('raw_exec tasks on a clock of a test’s own', () => {
  let world: World;
  let runtime: Runtime;

  const log = () => readFileSync(path.join(runtime.directories.logs(allocId), 'server.stdout.0'), 'utf8');

  beforeEach(() => {
    world = new World();
    runtime = new Runtime({ rawExec: true, clock: world.clock, random: () => 0.5, outside: world });
  });

  afterEach(async () => {
    await runtime.dispose();
    world.dispose();
  });

  it('sleep for as long as the clock says, and not for longer', async () => {
    watch(runtime, shell(ticking));
    await world.quiet();
    assert.equal(log(), 'tick 1\n');
    await world.clock.advance(999);
    assert.equal(log(), 'tick 1\n');
    await world.clock.advance(1);
    assert.equal(log(), 'tick 1\ntick 2\n');
    await world.clock.advance(3000);
    assert.equal(log(), 'tick 1\ntick 2\ntick 3\ntick 4\ntick 5\n');
  });

  it('have said all they say before time goes on', async () => {
    watch(runtime, shell('head -c 3000000 /dev/zero | tr "\\0" z; echo; sleep 1; echo end; sleep 1'));
    await world.quiet();
    assert.equal(log().length, 3_000_001);
    await world.clock.advance(1000);
    assert.match(log(), /z\nend\n$/);
  });

  it('end in the moment in which they end', async () => {
    const { reports } = watch(runtime, shell('sleep 0.3; exit 4'));
    await world.clock.advance(299);
    assert.deepEqual(reports, [{ kind: 'started' }]);
    await world.clock.advance(1);
    assert.deepEqual(reports.at(-1), { kind: 'exited', exitCode: 4, signal: 0 });
  });

  it('are stopped when what they wait for has ended', async () => {
    const { task, reports } = watch(runtime, shell(ticking));
    await world.quiet();
    task.stop({ timeoutMs: 5000 });
    await world.clock.advance(999);
    assert.equal(reports.length, 1);
    await world.clock.advance(1);
    assert.deepEqual(reports.at(-1), { kind: 'exited', exitCode: 130, signal: 2 });
  });

  it('are killed when their time is up', async () => {
    const { task, reports } = watch(runtime, shell(`trap "" INT; ${ticking}`));
    await world.quiet();
    task.stop({ timeoutMs: 2500 });
    await world.clock.advance(2499);
    assert.equal(reports.length, 1);
    await world.clock.advance(1);
    assert.deepEqual(reports.at(-1), { kind: 'exited', exitCode: 137, signal: 9 });
  });

  it('hear a signal when what they wait for has ended', async () => {
    const { task } = watch(runtime, shell(`trap "echo heard" HUP; ${ticking}`));
    await world.clock.advance(500);
    assert.equal(task.signal('SIGHUP'), undefined);
    await world.clock.advance(499);
    assert.equal(log(), 'tick 1\n');
    await world.clock.advance(1);
    assert.equal(log(), 'tick 1\nheard\ntick 2\n');
  });
});
