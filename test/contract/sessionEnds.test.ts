import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { NomadClient } from '../../src/nomad/client.ts';
import { isNomadError } from '../../src/nomad/http/errors.ts';
import { learnEnd } from '../../src/operations/exec/learnEnd.ts';
import { causeOf, sentenceOf } from '../../src/operations/exec/sessionEnd.ts';
import type { Aftermath } from '../../src/operations/allocations.ts';
import { contract, contractWithAcl } from './support/contract.ts';
import type { Contract } from './support/contract.ts';
import { Session } from './support/exec.ts';
import { batch, service, task, unknownId } from './support/jobs.ts';

const sh = (script: string) => ['/bin/sh', '-c', script];

/** What a terminal would say of the end of a session, once the cluster has told what happened. */
async function endOf(c: Contract, session: Session, id: string, done: (cause: string) => boolean): Promise<string> {
  const end = await session.ended();
  assert.equal(end.kind, 'closed');
  const read = async (): Promise<Aftermath> => {
    try {
      const { value } = await c.client.allocations.read(id);
      const job = await c.client.jobs.read(value.JobID ?? '').catch(() => undefined);
      return { allocation: value, jobStopped: job === undefined ? true : job.value.Stop };
    } catch (error) {
      assert.ok(isNomadError(error, 'notFound', 'rejected'), String(error));
      return { allocation: null };
    }
  };
  let aftermath = await read();
  for (let turn = 0; turn < 100 && !done(causeOf(aftermath, 'main') ?? ''); turn += 1) {
    await c.quiet(100);
    aftermath = await read();
  }
  const common = { task: 'main', shell: '/bin/sh', namespace: 'default', node: 'n' };
  return sentenceOf({ ...common, error: end.error, aftermath });
}

contract('the end of a session', (c) => {
  const started = async (job = c.id('end')) => {
    await c.register(service(job));
    const id = await c.runningId(job);
    const session = new Session(c, id, sh('echo up; exec sleep 600'));
    await session.saw('up');
    return { job, id, session };
  };

  it('says that the job was stopped', async () => {
    const { job, id, session } = await started();
    await c.client.jobs.stop(job);
    const sentence = await endOf(c, session, id, (cause) => cause.includes('stopped'));
    assert.equal(sentence, 'The allocation was stopped, as its job was');
  });

  it('says that the allocation was stopped', async () => {
    const { id, session } = await started();
    await c.client.allocations.stop(id);
    const sentence = await endOf(c, session, id, (cause) => cause.includes('stopped'));
    assert.match(sentence, /^The allocation was stopped: alloc /);
  });

  it('says that the task was restarted', async () => {
    const { id, session } = await started();
    await c.client.allocations.restart(id, { task: 'main' });
    const sentence = await endOf(c, session, id, (cause) => cause.includes('restarted'));
    assert.equal(sentence, 'Task main was restarted: User requested task to restart');
  });

  it('says that the task has ended, or never was', async () => {
    const job = c.id('dead');
    await c.register(batch(job, { tasks: [task('main', { command: '/bin/true' })] }));
    const [stub] = await c.allocations(job, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    const id = stub?.ID ?? '';
    const sentence = await endOf(c, new Session(c, id, ['/bin/true']), id, (cause) => cause.includes('exit code'));
    assert.equal(sentence, 'Task main is not running: task main ended with exit code 0');
    const gone = await endOf(c, new Session(c, unknownId, ['/bin/true']), unknownId, (cause) => cause !== '');
    assert.equal(gone, 'The allocation is no longer there: Nomad has removed it');
  });

  /** What is learned of a session that was lost as its allocation stopped. */
  const learned = async (id: string, session: Session) => {
    const end = await session.ended();
    assert.equal(end.kind, 'closed');
    const ended = {
      allocation: id,
      task: 'main',
      place: { namespace: 'default', region: undefined },
      error: end.error,
    };
    return learnEnd(c.client, ended, AbortSignal.timeout(60_000));
  };

  it('names the allocation that took the place of one that was stopped', async () => {
    const { job, id, session } = await started();
    await c.client.allocations.stop(id);
    const { aftermath, successor } = await learned(id, session);
    assert.match(causeOf(aftermath ?? { allocation: null }, 'main') ?? '', /^The allocation was stopped/);
    assert.equal(successor?.id, await c.runningId(job));
    assert.deepEqual([successor.name, successor.clientStatus], [`${job}.app[0]`, 'running']);
  });

  it('names the allocation of a newer version of its job', async () => {
    const { job, id, session } = await started(c.id('newer'));
    await c.register(service(job, { env: { VERSION: '2' } }));
    const { successor } = await learned(id, session);
    assert.notEqual(successor?.id, id);
    assert.deepEqual([successor?.jobVersion, successor?.clientStatus], [1, 'running']);
  });

  it('names none where the job was stopped', async () => {
    const { job, id, session } = await started();
    await c.client.jobs.stop(job);
    assert.equal((await learned(id, session)).successor, undefined);
  });

  it('says that a shell is not there', async () => {
    const { id } = await started();
    const sentence = await endOf(c, new Session(c, id, ['/no/such']), id, () => true);
    assert.match(sentence, /^\/bin\/sh can't be started in task main: .*no such file or directory$/);
  });
});

contractWithAcl('the end of a session without the right to it', (c) => {
  let id = '';
  before(async () => {
    const job = c.id('denied');
    await c.register(service(job));
    id = await c.runningId(job);
  });

  it('names the right', async () => {
    const client = new NomadClient({ ...c.target.connection, token: '5ec4e700-0000-4000-8000-00000000dead' });
    const session = client.allocations.exec(id, { task: 'main', command: ['/bin/true'], tty: false });
    const end = await session.ended;
    client.dispose();
    assert.equal(end.kind, 'closed');
    const common = { task: 'main', shell: '/bin/sh', namespace: 'default', node: 'n' };
    assert.match(
      sentenceOf({ ...common, error: end.error }),
      /needs alloc-exec in namespace default .*Nomad says: Permission denied$/,
    );
  });
});
