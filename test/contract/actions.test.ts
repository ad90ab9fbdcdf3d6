import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import type { ActionOptions } from '../../src/nomad/resources/jobOptions.ts';
import { openAction, readActions } from '../../src/operations/exec/jobActions.ts';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, task, unknownId, waiting } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

contract('actions', (c) => {
  const jobs = () => c.client.jobs;
  let job = '';
  let id = '';

  before(async () => {
    job = c.id('act');
    const actions = [
      { Name: 'hello', Command: '/bin/sh', Args: ['-c', 'echo hello; exit 4'] },
      { Name: 'echo', Command: '/bin/cat', Args: [] },
    ];
    await c.register(service(job, { tasks: [task('main', waiting, { Actions: actions }), task('side')] }));
    id = await c.runningId(job);
  });

  /** Runs an action to its end. */
  const run = async (options: Partial<ActionOptions>, input?: string) => {
    const session = jobs().action(job, { action: 'hello', task: 'main', allocationId: id, tty: false, ...options });
    const parts: Uint8Array[] = [];
    session.onOutput(({ data }) => parts.push(data));
    if (input !== undefined) session.write(input);
    // On a terminal this would hang up on the command.
    if (options.tty !== true) session.closeStdin();
    const end = await session.ended;
    return { end, text: Buffer.concat(parts).toString('utf8') };
  };

  it('are listed with their commands', async function () {
    holds('jobs.actions');
    c.needs(this, 1, 7, 'actions');
    const { value } = await jobs().actions(job);
    assert.deepEqual(
      value.map(({ Name, Command, TaskName, TaskGroupName }) => [Name, Command, TaskName, TaskGroupName]).sort(),
      [
        ['echo', '/bin/cat', 'main', 'app'],
        ['hello', '/bin/sh', 'main', 'app'],
      ],
    );
    const plain = c.id('none');
    await c.register(service(plain));
    assert.deepEqual((await jobs().actions(plain)).value, []);
  });

  it('run to an exit code', async function () {
    holds('jobs.action');
    c.needs(this, 1, 7, 'actions');
    assert.deepEqual(await run({}), { end: { kind: 'exited', exitCode: 4 }, text: 'hello\n' });
    assert.deepEqual(await run({ tty: true }), { end: { kind: 'exited', exitCode: 4 }, text: 'hello\r\n' });
  });

  it('are offered by name, and run with a terminal', async function () {
    c.needs(this, 1, 7, 'actions');
    const place = { namespace: 'default', region: undefined };
    const offered = await readActions(c.client, job, place, AbortSignal.timeout(60_000));
    assert.deepEqual(
      offered.map(({ Name, TaskName }) => [Name, TaskName]),
      [
        ['echo', 'main'],
        ['hello', 'main'],
      ],
    );
    const size = { rows: 20, columns: 70 };
    const session = openAction(c.client, { job, action: 'hello', task: 'main', allocation: id, place, size });
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 4 });
  });

  it('take input', async function () {
    c.needs(this, 1, 7, 'actions');
    const { end, text } = await run({ action: 'echo' }, 'wörld');
    assert.deepEqual([end, text], [{ kind: 'exited', exitCode: 0 }, 'wörld']);
  });

  it('are refused where they are not', async function () {
    holds(
      'jobs.actions fails',
      'jobs.action fails',
      'What an unknown job is answered with depends on the part: 404, an empty list, null, or 500 for actions',
    );
    c.needs(this, 1, 7, 'actions');
    const refused = async (options: Partial<ActionOptions>, words: string) => {
      const { end } = await run(options);
      assert.equal(end.kind, 'closed');
      assert.equal(end.error.body, words);
    };
    await refused({ action: 'nope' }, 'action nope not found in task main');
    await refused({ task: 'side' }, 'action hello not found in task side');
    await refused({ allocationId: unknownId }, `Unknown allocation "${unknownId}"`);
    await assertRefused(jobs().actions(c.id('nope')), 500, `Unknown job "${c.id('nope')}"`, 'rejected');
  });

  it('do not belong to another job', async function () {
    c.needs(this, 1, 7, 'actions');
    const other = c.id('other');
    const session = jobs().action(other, { action: 'hello', task: 'main', allocationId: id, tty: false });
    const end = await session.ended;
    assert.equal(end.kind, 'closed');
    assert.equal(end.error.body, `job ${other} does not have allocation ${id}`);
  });

  it('are no part of older agents', async function () {
    holds(
      'What an unknown job is answered with depends on the part: 404, an empty list, null, or 500 for actions',
      'Since 2.0 a command is refused by a close frame behind the upgrade, before that by an HTTP answer',
    );
    if (c.atLeast(1, 7)) c.skip(this, `Nomad ${c.version.text} has actions`);
    await assertRefused(jobs().actions(job), 404, 'job not found', 'notFound');
    await assert.rejects(
      readActions(c.client, job, { namespace: 'default', region: undefined }, AbortSignal.timeout(60_000)),
      { message: 'this Nomad has no actions; 1.7 and newer have them.' },
    );
    const { end } = await run({});
    assert.equal(end.kind, 'closed');
    assert.equal(end.error.status, 404);
  });
});
