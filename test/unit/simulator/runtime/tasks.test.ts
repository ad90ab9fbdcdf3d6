import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { FakeClock } from '../../../support/fakeClock.ts';
import type { Runtime } from '../../../simulator/runtime/runtime.ts';
import { allocId, isAlive, makeRuntime, shell, specOf, until, watch } from './stage.ts';

let runtime: Runtime;

const logOf = (task = 'server', type = 'stdout', index = 0): string =>
  readFileSync(path.join(runtime.directories.logs(allocId), `${task}.${type}.${String(index)}`), 'utf8');

describe('raw_exec tasks', () => {
  afterEach(() => runtime.dispose());

  it('run in the task directory with Nomad’s environment', async () => {
    runtime = makeRuntime();
    const spec = shell('pwd; echo "$NOMAD_ALLOC_INDEX $NOMAD_META_team $WHO $NOMAD_ADDR_http"; echo oops >&2; exit 3', {
      Env: { WHO: '${NOMAD_TASK_NAME} on ${node.unique.name} in ${attr.kernel.name} not ${UNKNOWN}' },
    });
    const { reports, until: report } = watch(runtime, {
      ...spec,
      meta: { team: 'a' },
      ports: [{ label: 'http', ip: '127.0.0.1', port: 8080 }],
      node: { attributes: { 'kernel.name': 'linux' } },
    });
    assert.deepEqual(await report('exited'), { kind: 'exited', exitCode: 3, signal: 0 });
    assert.deepEqual(reports[0], { kind: 'started' });
    const [folder, line] = logOf().split('\n');
    assert.equal(folder, runtime.directories.task(allocId, 'server'));
    assert.equal(line, '2 a server on node-1 in linux not ${UNKNOWN} 127.0.0.1:8080');
    assert.equal(logOf('server', 'stderr'), 'oops\n');
  });

  it('keep secrets of this machine out of their environment', async () => {
    runtime = makeRuntime();
    process.env['SIMULATOR_TEST_TOKEN'] = 'hidden';
    try {
      await watch(runtime, shell('env')).until('exited');
      assert.doesNotMatch(logOf(), /SIMULATOR_TEST_TOKEN/);
      assert.match(logOf(), /^PATH=/m);
      // What stands in the start files of who runs the tests is not for the shells of tasks.
      const home = path.join(runtime.directories.task(allocId, 'server'), 'tmp');
      assert.equal(/^HOME=(.*)$/m.exec(logOf())?.[1], home);
    } finally {
      delete process.env['SIMULATOR_TEST_TOKEN'];
    }
  });

  it('find their templates and their payload written', async () => {
    runtime = makeRuntime();
    const spec = shell('cat local/app.conf local/in.txt; echo "$MODE"', {
      Templates: [
        { EmbeddedTmpl: 'name={{ env "NOMAD_JOB_NAME" }}\n', DestPath: 'local/app.conf' },
        { EmbeddedTmpl: 'MODE="fast"\n', DestPath: '${NOMAD_SECRETS_DIR}/env', Envvars: true },
      ],
      DispatchPayload: { File: 'in.txt' },
    });
    await watch(runtime, { ...spec, payload: Buffer.from('payload\n').toString('base64') }).until('exited');
    assert.equal(logOf(), 'name=web\npayload\nfast\n');
  });

  it('are refused a template outside their allocation', async () => {
    runtime = makeRuntime();
    const spec = shell('true', { Templates: [{ EmbeddedTmpl: 'x', DestPath: '../../out' }] });
    const { message } = await watch(runtime, spec).until('failedToStart');
    assert.match(message, /escapes/);
  });

  it('say that a program could not be found', async () => {
    runtime = makeRuntime();
    const { message } = await watch(runtime, specOf({ Config: { command: '/no/such/binary' } })).until('failedToStart');
    const prefix = 'failed to launch command with executor: rpc error: code = Unknown desc = ';
    assert.equal(message, `${prefix}binary "/no/such/binary" could not be found`);
  });

  it('say that their arguments are too long to start with', async () => {
    runtime = makeRuntime();
    const spec = specOf({ Config: { command: '/bin/true', args: ['x'.repeat(4_000_000)] } });
    const { message } = await watch(runtime, spec).until('failedToStart');
    assert.match(message, / fork\/exec \/bin\/true: argument list too long$/);
  });

  it('end by the interrupt of a stop, as exit code and signal', async () => {
    runtime = makeRuntime();
    const { task, until: report } = watch(runtime, shell('exec sleep 1000'));
    await report('started');
    task.stop({ timeoutMs: 5000 });
    assert.deepEqual(await report('exited'), { kind: 'exited', exitCode: 130, signal: 2 });
    assert.equal(task.running, false);
  });

  it('are killed with all their children when they do not heed the stop in time', async () => {
    const clock = new FakeClock();
    runtime = makeRuntime(clock);
    const { task, until: report } = watch(
      runtime,
      shell('trap "" INT TERM; sleep 1000 & echo $!; while :; do wait; done'),
    );
    await until(() => logOf() !== '');
    const child = Number(logOf());
    task.stop({ signal: 'SIGTERM', timeoutMs: 3000 });
    await clock.advance(2999);
    assert.equal(task.running, true);
    await clock.advance(1);
    assert.deepEqual(await report('exited'), { kind: 'exited', exitCode: 137, signal: 9 });
    await until(() => !isAlive(child));
    assert.equal(clock.pending, 0);
  });

  it('leave no child in the background behind', async () => {
    runtime = makeRuntime();
    const { until: report } = watch(runtime, shell('sleep 1000 >/dev/null 2>&1 & echo $!'));
    await report('exited');
    await until(() => !isAlive(Number(logOf())));
  });

  it('receive signals, an unknown one as an interrupt', async () => {
    runtime = makeRuntime();
    const script = 'trap "echo hup" HUP; trap "echo int; exit 4" INT; echo up; while :; do sleep 0.05; done';
    const { task, until: report } = watch(runtime, shell(script));
    await until(() => logOf().includes('up'));
    assert.equal(task.signal('SIGHUP'), undefined);
    await until(() => logOf().includes('hup'));
    assert.equal(task.signal('NONSENSE'), undefined);
    assert.equal((await report('exited')).exitCode, 4);
    assert.equal(task.signal('SIGHUP'), 'Task not running');
  });

  it('do not start unless real processes are allowed', async () => {
    runtime = makeRuntime(undefined, false);
    const { message } = await watch(runtime, shell('true')).until('failedToStart');
    assert.match(message, /raw_exec is not enabled/);
  });

  it('append to their log when they run again', async () => {
    runtime = makeRuntime();
    await watch(runtime, shell('echo one')).until('exited');
    await watch(runtime, shell('echo two')).until('exited');
    assert.equal(logOf(), 'one\ntwo\n');
  });

  it('rotate their log at whole lines and drop the oldest files', async () => {
    runtime = makeRuntime();
    const spec = shell('seq -f "line %07g xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" 60000', {
      LogConfig: { MaxFiles: 3, MaxFileSizeMB: 1 },
    });
    await watch(runtime, spec).until('exited');
    const files = readdirSync(runtime.directories.logs(allocId)).filter((name) => name.includes('stdout'));
    assert.deepEqual(files, ['server.stdout.2', 'server.stdout.3', 'server.stdout.4']);
    assert.match(logOf('server', 'stdout', 3).slice(0, 80), /^line \d{7} x+\n/);
    assert.ok(logOf('server', 'stdout', 3).endsWith('x\n'));
    assert.ok(logOf('server', 'stdout', 4).includes('line 0060000 '));
  });
});

describe('the end of a runtime', () => {
  it('kills its processes and removes its files, and reports nothing more', async () => {
    runtime = makeRuntime();
    const { reports } = watch(runtime, shell('trap "" INT TERM HUP; sleep 1000 & echo $$ $!; while :; do wait; done'));
    await until(() => logOf() !== '');
    const pids = logOf().trim().split(' ').map(Number);
    const root = runtime.directories.root(allocId);
    const before = reports.length;
    await runtime.dispose();
    await until(() => !pids.some(isAlive));
    assert.equal(existsSync(root), false);
    assert.equal(existsSync(path.dirname(path.dirname(root))), false);
    assert.equal(reports.length, before);
    assert.throws(() => runtime.start(shell('true'), () => undefined), /ended/);
  });

  it('leaves no listener on the process', async () => {
    const before = process.listenerCount('exit');
    runtime = makeRuntime();
    assert.equal(process.listenerCount('exit'), before + 1);
    await runtime.dispose();
    await runtime.dispose();
    assert.equal(process.listenerCount('exit'), before);
  });

  it('of one allocation kills its tasks and removes its directory', async () => {
    runtime = makeRuntime();
    watch(runtime, shell('echo $$; exec sleep 1000'));
    await until(() => logOf() !== '');
    const pid = Number(logOf());
    const root = runtime.directories.root(allocId);
    runtime.removeAllocation(allocId);
    await until(() => !isAlive(pid));
    assert.equal(existsSync(root), false);
    await runtime.dispose();
  });
});
