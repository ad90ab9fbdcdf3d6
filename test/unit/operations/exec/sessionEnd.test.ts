import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NomadError } from '../../../../src/nomad/http/errors.ts';
import type { NomadErrorKind } from '../../../../src/nomad/http/errors.ts';
import type { Allocation, TaskEvent } from '../../../../src/nomad/types/allocation.ts';
import { needsCause, sentenceOf } from '../../../../src/operations/exec/sessionEnd.ts';
import type { Aftermath } from '../../../../src/operations/allocations.ts';

const common = { task: 'main', shell: '/bin/bash', namespace: 'ops', node: 'n1' };

function said(kind: NomadErrorKind, body: string, aftermath?: Aftermath): string {
  const error = new NomadError(kind, `Nomad closed the session: ${body}`, { body });
  return sentenceOf({ ...common, error, aftermath });
}

const allocation = (
  more: Partial<Allocation> = {},
  events: Partial<TaskEvent>[] = [],
  State = 'running',
): Aftermath => {
  const Events = events.map((event) => ({ Type: '', Time: 1, ...event }));
  const TaskStates = { main: { State, Failed: false, Restarts: 0, Events } };
  return { allocation: { ID: 'a', DesiredStatus: 'run', ClientStatus: 'running', TaskStates, ...more } };
};
const terminated = (Details: Record<string, string>) => ({ Type: 'Terminated', Details });

describe('The end of a session', () => {
  const shutDown = 'plugin is shut down';

  it('is told by what happened to the allocation or the task', () => {
    const stop = allocation({ DesiredStatus: 'stop', DesiredDescription: 'alloc is being migrated' });
    assert.equal(said('server', shutDown, stop), 'The allocation was stopped: alloc is being migrated');
    assert.equal(said('server', shutDown, { ...stop, jobStopped: true }), 'The allocation was stopped, as its job was');
    const lost = allocation({ ClientStatus: 'lost', DesiredDescription: 'alloc is lost since its node is down' });
    assert.equal(said('server', shutDown, lost), 'The allocation is lost: alloc is lost since its node is down');
    assert.equal(
      said('server', shutDown, { allocation: null }),
      'The allocation is no longer there: Nomad has removed it',
    );
    const restart = allocation({}, [
      { Type: 'Started' },
      { Type: 'Restart Signaled', DisplayMessage: 'User requested task to restart' },
      terminated({ exit_code: '130', signal: '0' }),
      { Type: 'Restarting', DisplayMessage: 'Task restarting in 0s' },
      { Type: 'Started' },
    ]);
    assert.equal(said('server', shutDown, restart), 'Task main was restarted: User requested task to restart');
    const crash = allocation({}, [{ Type: 'Started' }, terminated({ exit_code: '1', signal: '0' })]);
    assert.equal(said('server', shutDown, crash), 'Task main ended with exit code 1, and is started again');
    const killed = allocation({}, [terminated({ exit_code: '137', signal: '9' })], 'dead');
    assert.equal(said('server', shutDown, killed), 'Task main was ended by signal 9');
    const oom = allocation({}, [terminated({ exit_code: '137', oom_killed: 'true' })], 'dead');
    assert.equal(said('server', shutDown, oom), 'Task main was killed for want of memory');
  });

  it('is told in the words of the server where nothing else is known, with no full stop of theirs', () => {
    assert.equal(
      said('server', shutDown),
      'The task ended or was restarted, which ended the session (plugin is shut down)',
    );
    assert.equal(
      said('rejected', 'task "main" is not running.'),
      'Nothing can be run in task main: task "main" is not running',
    );
    assert.equal(said('server', 'something new..'), 'Nomad ended the session: something new');
  });

  it('says why nothing can be run', () => {
    const dead = allocation({}, [terminated({ exit_code: '0', signal: '0' })], 'dead');
    const words = 'Task main is not running: task main ended with exit code 0';
    assert.equal(said('rejected', 'task "main" is not running.', dead), words);
    assert.equal(said('rejected', 'exec not possible, client status of allocation a is complete', dead), words);
    assert.match(said('notFound', 'Unknown allocation "a"'), /Nomad has removed it$/);
    assert.match(said('denied', 'Permission denied'), /alloc-exec in namespace ops.*Nomad says: Permission denied$/);
    assert.equal(said('server', 'No path to node'), "Node n1 can't be reached: No path to node");
    assert.match(
      said('server', 'ExecTask is not supported by this driver'),
      /^The driver of task main can't run commands/,
    );
    const missing = 'failed to start command: fork/exec /bin/bash: no such file or directory';
    assert.equal(said('rejected', missing), `/bin/bash can't be started in task main: ${missing}`);
  });

  it('tells of a connection that was lost, and what that had to do with', () => {
    const error = new NomadError('closed', 'Connection lost: it broke off before the command ended.');
    const sentence = (aftermath?: Aftermath) => sentenceOf({ ...common, error, aftermath });
    assert.equal(sentence(), 'Connection lost: it broke off before the command ended');
    assert.equal(sentence(allocation()), 'Connection lost: it broke off before the command ended');
    assert.equal(
      sentence({ ...allocation({ DesiredStatus: 'stop' }), jobStopped: true }),
      'The allocation was stopped, as its job was',
    );
  });

  it('is worth a moment only where the task is gone', () => {
    const of = (body: string) => needsCause(new NomadError('server', 'x', { body }));
    assert.deepEqual(
      [
        of(shutDown),
        of('task "main" is not running.'),
        of('Permission denied'),
        needsCause(new NomadError('closed', 'x')),
      ],
      [true, true, false, false],
    );
  });
});
