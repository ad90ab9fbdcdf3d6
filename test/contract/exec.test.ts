import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { Resizes } from '../../src/features/exec/resizes.ts';
import { contract } from './support/contract.ts';
import { Session } from './support/exec.ts';
import { holds } from './support/holds.ts';
import { batch, service, task, unknownId } from './support/jobs.ts';

const sh = (script: string) => ['/bin/sh', '-c', script];

contract('exec', (c) => {
  let job = '';
  let id = '';

  before(async () => {
    job = c.id('ex');
    await c.register(service(job));
    id = await c.runningId(job);
  });

  const run = async (command: readonly string[], options = {}) => {
    const session = new Session(c, id, command, options);
    session.session.closeStdin();
    return { session, end: await session.ended() };
  };

  it('runs a command and keeps its outputs apart', async () => {
    holds('allocations.exec');
    const { session, end } = await run(sh('echo out; echo err >&2; exit 5'));
    assert.deepEqual(end, { kind: 'exited', exitCode: 5 });
    assert.deepEqual([session.stdout, session.stderr], ['out\n', 'err\n']);
    assert.deepEqual((await run(['/bin/true'])).end, { kind: 'exited', exitCode: 0 });
  });

  it('reports the exit only after the input is closed', async () => {
    const session = new Session(c, id, ['/bin/cat']);
    session.session.write('hello\n');
    await session.saw('hello\n');
    session.session.write('wörld');
    session.session.closeStdin();
    assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 0 });
    assert.equal(session.stdout, 'hello\nwörld');
  });

  it('gives a terminal that echoes and takes a size', async () => {
    const session = new Session(c, id, ['/bin/sh'], { tty: true, size: { rows: 40, columns: 100 } });
    await session.session.opened;
    session.session.write('stty size\n');
    await session.saw('40 100\r\n');
    session.session.resize({ rows: 10, columns: 20 });
    session.session.write('echo "size is $(stty size)"; exit 3\n');
    assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 3 });
    assert.match(session.stdout, /stty size\r\n[^]*40 100\r\n/);
    assert.match(session.stdout, /size is 10 20\r\n/);
  });

  /** A terminal whose size goes where that of the window's does. */
  const sized = (command: readonly string[]) => {
    const size = { rows: 40, columns: 100 };
    const told: number[] = [];
    const session = new Session(c, id, command, { tty: true, size });
    const resizes = new Resizes((one) => {
      told.push(one.columns);
      session.session.resize(one);
    });
    resizes.set(size);
    resizes.started();
    told.length = 0;
    const end = () => {
      resizes.dispose();
      session.session.dispose();
      return session.session.left;
    };
    return { session, resizes, told, end };
  };

  it('has the size that a burst of them ends with, which is told once', async () => {
    const script = 'trap "stty size" WINCH; stty size; echo ready; while true; do sleep 0.1; done';
    const { session, resizes, told, end } = sized(sh(script));
    // The size is the first thing that is sent, but the program is started without it.
    await session.saw('40 100\r\n');
    await session.saw('ready');
    for (let columns = 101; columns <= 160; columns += 1) resizes.set({ rows: 41, columns });
    assert.deepEqual(told, []);
    await session.saw('41 160\r\n');
    assert.deepEqual(told, [160]);
    assert.doesNotMatch(session.stdout, /41 (?!160)/);
    await end();
  });

  it('knows the last size before what is typed after it', async () => {
    const { session, resizes, told, end } = sized(['/bin/sh']);
    session.session.write('stty size\n');
    await session.saw('40 100\r\n');
    for (let columns = 20; columns <= 30; columns += 1) resizes.set({ rows: 10, columns });
    resizes.flush();
    session.session.write('echo "size is $(stty size)"\n');
    await session.saw('size is 10 30\r\n');
    assert.deepEqual(told, [30]);
    await end();
  });

  it('passes control keys on', async () => {
    const session = new Session(c, id, sh('echo started; exec sleep 600'), { tty: true });
    await session.saw('started');
    session.session.write('\u0003');
    const end = await session.ended();
    assert.equal(end.kind, 'exited');
    assert.notEqual(end.exitCode, 0);
    const shell = new Session(c, id, ['/bin/sh'], { tty: true });
    await shell.session.opened;
    shell.session.write('\u0004');
    assert.deepEqual(await shell.ended(), { kind: 'exited', exitCode: 0 });
  });

  it('keeps bytes as they are', async () => {
    const { session } = await run(sh('printf "\\000\\001\\377\\376"; printf "日本👍🏽"'));
    assert.equal(session.bytes.toString('hex'), `0001fffe${Buffer.from('日本👍🏽').toString('hex')}`);
  });

  /** A paste whose parts can't be taken for one another. */
  const paste = Array.from({ length: 130_000 }, (_, i) => `${String(i)} é\n`).join('');

  it('takes a paste of more than a megabyte whole and in order', async () => {
    assert.ok(Buffer.byteLength(paste) > 1024 * 1024);
    const session = new Session(c, id, ['/bin/cat']);
    session.session.write(paste);
    session.session.closeStdin();
    assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 0 });
    assert.ok(session.stdout === paste, `${String(session.stdout.length)} of ${String(paste.length)}`);
  });

  it('takes the same paste whole in a terminal whose program writes all of it back', async () => {
    const bytes = Buffer.byteLength(paste);
    // By itself a terminal would change line ends, and show what is typed beside what the program says.
    const back = sh(`stty raw -echo; echo ready; exec head -c ${String(bytes)}`);
    const session = new Session(c, id, back, { tty: true });
    await session.saw('ready');
    session.session.write(paste);
    assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 0 });
    const told = session.stdout.slice(session.stdout.indexOf('ready') + 'ready\n'.length);
    assert.ok(told === paste, `${String(told.length)} of ${String(paste.length)}`);
  });

  it('carries a megabyte either way', async () => {
    const { session, end } = await run(sh('seq 1 150000'));
    assert.deepEqual(end, { kind: 'exited', exitCode: 0 });
    const expected = Array.from({ length: 150_000 }, (_, i) => `${String(i + 1)}\n`).join('');
    assert.ok(session.stdout === expected, `${String(session.stdout.length)} of ${String(expected.length)}`);
    const input = new Session(c, id, ['/usr/bin/wc', '-c']);
    input.session.write(Buffer.alloc(1024 * 1024, 'é'));
    input.session.closeStdin();
    await input.ended();
    assert.equal(input.stdout.trim(), '1048576');
  });

  it('hands each argument to the program exactly as it is', async () => {
    const odd = [
      '"',
      "'",
      ' ',
      'a b',
      '',
      '\\',
      '\\\\',
      'C:\\Program Files\\',
      '日本 👍🏽',
      '\n',
      '*',
      '$HOME',
      '|',
      '-n',
      '%',
    ];
    const { session, end } = await run(sh('for one; do printf "%s\\000" "$one"; done').concat('sh', ...odd));
    assert.deepEqual(end, { kind: 'exited', exitCode: 0 });
    assert.deepEqual(session.bytes.toString('utf8').split('\0').slice(0, -1), odd);
  });

  it('has the environment of the task', async () => {
    const { session } = await run(sh('echo "$NOMAD_TASK_NAME $NOMAD_JOB_NAME"; echo "$NOMAD_TASK_DIR"'));
    assert.match(session.stdout, new RegExp(`^main ${job}\\n.*/${id}/main/local\\n$`));
  });

  it('starts in the folder of the task', async function () {
    c.needs(this, 2, 0, 'working folder of its own for exec');
    const { session } = await run(['/bin/pwd']);
    assert.match(session.stdout, new RegExp(`/${id}/main\\n$`));
  });

  it('refuses unknown tasks, commands and allocations', async () => {
    holds('allocations.exec fails');
    const refused = async (kind: string, words: string, command: readonly string[], options = {}, allocation = id) => {
      const session = new Session(c, allocation, command, options);
      const end = await session.ended();
      assert.equal(end.kind, 'closed');
      assert.deepEqual([end.error.kind, end.error.body], [kind, words]);
      await assert.rejects(
        session.session.opened.then(() => Promise.reject(end.error)),
        { kind },
      );
    };
    await refused('rejected', 'task not found', ['/bin/true'], { task: 'nope' });
    const missing = 'failed to start command: fork/exec /no/such: no such file or directory';
    await refused('rejected', missing, ['/no/such']);
    await refused('rejected', missing, ['/no/such'], { tty: true });
    await refused('notFound', `Unknown allocation "${unknownId}"`, ['/bin/true'], {}, unknownId);
    const short = 'alloc lookup failed: index error: UUID must be 36 characters';
    await refused('rejected', short, ['/bin/true'], {}, id.slice(0, 8));
  });

  it('ends with the task', async () => {
    const session = new Session(c, id, sh('echo started; exec sleep 600'));
    await session.saw('started');
    await c.client.allocations.restart(id, { task: 'main' });
    const end = await session.ended();
    assert.equal(end.kind, 'closed');
    assert.equal(end.error.body, 'plugin is shut down');
    await c.running(job);
  });

  it('refuses a task that is dead', async () => {
    const dead = c.id('dead');
    await c.register(batch(dead, { tasks: [task('main', { command: '/bin/true' })] }));
    const [stub] = await c.allocations(dead, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    const session = new Session(c, stub?.ID ?? '', ['/bin/true']);
    const end = await session.ended();
    assert.equal(end.kind, 'closed');
    assert.equal(end.error.body, 'task "main" is not running.');
  });

  it('asks the command to end when the session is given up', async () => {
    holds('A command outlives the connection that started it, be that lost or closed, with or without a terminal');
    const file = '"$NOMAD_TASK_DIR/given-up"';
    const script = `trap 'echo bye > ${file}; exit 0' INT; echo started; while true; do sleep 0.1; done`;
    const session = new Session(c, id, sh(script), { tty: true });
    await session.saw('started');
    session.session.dispose();
    const end = await session.ended();
    assert.equal(end.kind, 'closed');
    const { session: look, end: found } = await run(
      sh(`for i in $(seq 50); do [ -f ${file} ] && break; sleep 0.1; done; cat ${file}`),
    );
    assert.deepEqual([found, look.stdout], [{ kind: 'exited', exitCode: 0 }, 'bye\n']);
  });
});
