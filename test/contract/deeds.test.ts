import assert from 'node:assert/strict';
import { it } from 'mocha';
import { NothingToDo, UserError } from '../../src/base/userError.ts';
import { isNomadError } from '../../src/nomad/http/errors.ts';
import {
  readAftermath,
  readAllocationsOfJob,
  readSignals,
  restartTasks,
  signalTask,
  stopAllocation,
} from '../../src/operations/allocations.ts';
import { failDeployment, promote, readDeployment } from '../../src/operations/deployments.ts';
import { incidentFiles } from '../../src/operations/incident/incidentFiles.ts';
import { readIncident } from '../../src/operations/incident/readIncident.ts';
import { readMark } from '../../src/operations/jobMark.ts';
import { currentVersion, readSource } from '../../src/operations/readSource.ts';
import { readVersions, revertJob, versionOf } from '../../src/operations/revertJob.ts';
import { runJob } from '../../src/operations/runJob.ts';
import { readJobNow, stopJob } from '../../src/operations/stopJob.ts';
import type { PlanTicket } from '../../src/operations/ticket.ts';
import { contract } from './support/contract.ts';
import { batch, second, service, unknownId, update } from './support/jobs.ts';

const place = { namespace: 'default', region: undefined };

contract('what is done to a cluster without a window', (c) => {
  const signal = () => new AbortController().signal;

  /** What a plan of a job would be run with. */
  async function ticketOf(job: ReturnType<typeof service>, index: number): Promise<PlanTicket> {
    const mark = await readMark(c.client, job.ID, place);
    const ticket = { job, place, jobModifyIndex: index, mark, cluster: 'here', submission: undefined };
    return ticket as unknown as PlanTicket;
  }

  it('runs what was planned, and nothing where somebody was quicker', async () => {
    const id = c.id('planned');
    const first = await runJob(c.client, await ticketOf(service(id), 0));
    assert.ok(first.done);
    assert.match(first.evalId, /^[0-9a-f-]{36}$/);
    const again = await runJob(c.client, await ticketOf(service(id, { job: { Priority: 60 } }), 0));
    assert.deepEqual(again, { done: false, why: 'was changed on here after it was planned, so it was not run' });
    const other = await ticketOf(service(id, { job: { Priority: 61 } }), first.index);
    await c.client.jobs.stop(id, { purge: true });
    const gone = await runJob(c.client, other);
    assert.deepEqual(gone, { done: false, why: 'was removed from here after it was planned, so it was not run' });
  });

  it('stops a job that is there, and says that one is not', async () => {
    const id = c.id('ending');
    await c.register(service(id));
    await c.running(id);
    const now = await readJobNow(c.client, id, place, signal());
    assert.deepEqual([now?.job.Stop, now?.running], [false, 1]);
    await stopJob(c.client, id, place);
    assert.equal((await readJobNow(c.client, id, place, signal()))?.job.Stop, true);
    const missing = c.id('missing');
    await assert.rejects(readJobNow(c.client, missing, place, signal()), UserError);
    await assert.rejects(stopJob(c.client, missing, place), UserError);
  });

  it('reverts from the version that was seen, and not from another', async () => {
    const id = c.id('back');
    await c.register(service(id));
    await assert.rejects(readVersions(c.client, c.id('never'), place, signal()), UserError);
    await assert.rejects(readVersions(c.client, id, place, signal()), NothingToDo);
    await c.register(service(id, { job: { Priority: 60 } }));
    const versions = await readVersions(c.client, id, place, signal());
    assert.deepEqual([versions.current.Version, versionOf(versions, 0).Priority], [1, 50]);
    assert.throws(() => versionOf(versions, 1), NothingToDo);
    assert.throws(() => versionOf(versions, 7), UserError);
    await assert.rejects(revertJob(c.client, id, place, { from: 0, to: 0 }), (error) => isNomadError(error));
    const { index } = await revertJob(c.client, id, place, { from: 1, to: 0 });
    assert.equal((await c.client.jobs.read(id)).value.JobModifyIndex, index);
    assert.equal(await currentVersion(c.client, id, place, signal()), 2);
    // It was registered without a source, so the job itself is what there is.
    const source = await readSource(c.client, id, 2, place);
    assert.deepEqual([source.format, (JSON.parse(source.text) as { Priority: number }).Priority], ['json', 50]);
  });

  it('decides about a deployment, and reads what came of its allocations', async () => {
    const id = c.id('decided');
    await c.register(service(id));
    await c.deploymentIn(id, 'successful');
    await c.register(service(id, { job: { Priority: 60 }, update: update({ Canary: 1 }), env: { COLOR: 'blue' } }));
    const { ID } = await c.deploymentIn(id, 'running');
    const found = await readDeployment(c.client, ID, { ...place, namespace: '*' }, signal());
    assert.deepEqual([found.jobId, found.active], [id, true]);
    const failed = await failDeployment(c.client, ID, place);
    assert.equal(failed.RevertedJobVersion, null);
    await assert.rejects(promote(c.client, ID, place), (error) => isNomadError(error, 'rejected'));
    const all = await readAllocationsOfJob(c.client, id, place, signal());
    const indexes = all.map((one) => one.createIndex ?? 0);
    assert.deepEqual(
      indexes,
      [...indexes].sort((a, b) => b - a),
    );
    await stopJob(c.client, id, place);
    const after = await readAftermath(c.client, all[0]?.id ?? '', place, signal());
    assert.equal(after?.jobStopped, true);
    assert.deepEqual(await readAftermath(c.client, unknownId, place, signal()), { allocation: null });
  });

  it('reads all that there is to an allocation that failed, and says what there is not', async () => {
    const id = c.id('incident');
    const script = 'echo "DB_PASSWORD=hunter2"; echo failing >&2; exit 3';
    await c.register(
      batch(id, {
        script,
        more: { RestartPolicy: { Attempts: 0, Interval: 60 * second, Delay: second, Mode: 'fail' } },
      }),
    );
    const [failed] = await c.allocations(id, 'failed', (all) => all.some((one) => one.ClientStatus === 'failed'));
    assert.ok(failed);
    const incident = await readIncident(c.client, failed.ID, place, signal());
    const files = incidentFiles(incident, {
      cluster: 'here',
      nowMs: Date.now(),
      moment: (ms) => new Date(ms).toISOString(),
    });
    const textOf = (name: string) => files.find(({ path }) => path.at(-1) === name)?.text ?? '';
    assert.match(textOf('report.md'), /\| Cause \| .*exited 3/);
    assert.match(textOf('report.md'), /alloc-failure|job-register/);
    const logs = files.filter(({ path }) => path[0] === 'logs').map(({ text }) => text);
    assert.deepEqual(logs, ['DB_PASSWORD=(redacted)\n', 'failing\n']);
    assert.equal((JSON.parse(textOf('job.json')) as { ID: string }).ID, id);
    assert.doesNotMatch(textOf('report.md'), /## Not read/);
    await assert.rejects(readIncident(c.client, unknownId, place, signal()), (error) =>
      isNomadError(error, 'notFound'),
    );
  });

  it('restarts and signals tasks in place, and stops an allocation, which another one follows', async () => {
    const id = c.id('lively');
    await c.register(service(id));
    const ID = await c.runningId(id);
    const [task = ''] = Object.keys((await c.client.allocations.read(ID)).value.TaskStates ?? {});
    const started = (times: number) =>
      c.until(
        `its task started ${String(times)} times`,
        (options) => c.client.allocations.read(ID, options),
        ({ TaskStates }) => {
          const { State, Events } = TaskStates?.[task] ?? {};
          return State === 'running' && (Events ?? []).filter(({ Type }) => Type === 'Started').length === times;
        },
      );
    await started(1);
    await restartTasks(c.client, ID, place, task);
    await started(2);
    await restartTasks(c.client, ID, place);
    await started(3);
    const node = (await c.client.allocations.read(ID)).value.NodeID ?? '';
    assert.ok((await readSignals(c.client, node, place, signal()))?.includes('SIGCONT'));
    assert.equal(await readSignals(c.client, unknownId, place, signal()), undefined);
    await signalTask(c.client, ID, place, { task, name: 'SIGCONT' });
    await assert.rejects(restartTasks(c.client, ID, place, 'no-such-task'), (error) => isNomadError(error));
    await stopAllocation(c.client, ID, place);
    await c.allocations(id, 'another one', (all) => all.some((one) => one.ID !== ID && one.ClientStatus === 'running'));
    for (const refused of [
      () => restartTasks(c.client, unknownId, place),
      () => stopAllocation(c.client, unknownId, place),
      () => signalTask(c.client, unknownId, place, { task, name: 'SIGCONT' }),
    ]) {
      await assert.rejects(refused, (error) => isNomadError(error, 'notFound'));
    }
  });
});
