import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { second, service, shell, task } from './support/jobs.ts';

contract('the events of a task that fails', (c) => {
  /** Type and text of each, with what differs from run to run left out, and without what tells of health. */
  const eventsOf = async (name: string, config: Record<string, unknown>, attempts: number) => {
    const id = c.id(`${name}-${String(attempts)}`);
    const RestartPolicy = { Attempts: attempts, Interval: 600 * second, Delay: second, Mode: 'fail' };
    await c.register(service(id, { tasks: [task('main', config)], more: { RestartPolicy } }));
    const isFailed = (list: readonly { ClientStatus: string }[]) => list[0]?.ClientStatus === 'failed';
    const [allocation] = await c.allocations(id, 'failed', isFailed);
    assert.equal(allocation?.ClientDescription, 'Failed tasks');
    const state = allocation.TaskStates?.['main'];
    assert.equal(state?.Failed, true);
    return (state.Events ?? [])
      .filter(({ Type }) => Type !== 'Alloc Unhealthy')
      .map(({ Type, DisplayMessage }) => `${Type}: ${(DisplayMessage ?? '').replace(/in [\d.]+s$/, 'in …')}`);
  };

  const start = ['Received: Task received by client', 'Task Setup: Building Task Directory'];
  const started = 'Started: Task started by client';
  const again = 'Restarting: Task restarting in …';
  const enough = 'Not Restarting: Exceeded allowed attempts 1 in interval 10m0s and mode is "fail"';
  const missing =
    'Driver Failure: failed to launch command with executor: rpc error: code = Unknown desc = ' +
    'binary "/usr/bin/no-such-server" could not be found';

  it('tell that its program is missing, which is tried once whatever is allowed', async () => {
    const config = { command: '/usr/bin/no-such-server' };
    const final = 'Not Restarting: Error was unrecoverable';
    assert.deepEqual(await eventsOf('missing', config, 1), [...start, missing, final]);
    const none = 'Not Restarting: Policy allows no restarts';
    assert.deepEqual(await eventsOf('missing', config, 0), [...start, missing, none]);
  });

  it('tell the exit code of every try', async () => {
    const ended = 'Terminated: Exit Code: 3';
    const all = [...start, started, ended, again, started, ended, enough];
    assert.deepEqual(await eventsOf('exit', shell('exit 3'), 1), all);
  });

  it('tell the signal that killed it', async () => {
    const ended = 'Terminated: Exit Code: 137, Signal: 9';
    const all = [...start, started, ended, again, started, ended, enough];
    assert.deepEqual(await eventsOf('signal', shell('kill -9 $$'), 1), all);
  });
});
