import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { WebSocket } from 'ws';
import type { Job } from '../../../../src/nomad/types/job.ts';
import { simulatedJob } from '../../../support/simulatedJobs.ts';
import { type Caller, withSimulator } from './http.ts';

interface Session {
  readonly stdout: string;
  readonly exitCode: number | undefined;
  readonly code: number;
  readonly reason: string;
}

/** Opens a session without input and waits for its end. */
function session(simulator: Caller['simulator'], path: string): Promise<Session> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(simulator.address.replace('http', 'ws') + path);
    let stdout = '';
    let exitCode: number | undefined;
    socket.on('error', reject);
    socket.on('open', () => {
      socket.send('{"stdin":{"close":true}}');
    });
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as {
        stdout?: { data?: string };
        exited?: boolean;
        result?: { exit_code?: number };
      };
      stdout += Buffer.from(frame.stdout?.data ?? '', 'base64').toString('utf8');
      if (frame.exited === true) exitCode = frame.result?.exit_code ?? 0;
    });
    socket.on('close', (code, reason) => {
      resolve({ stdout, exitCode, code, reason: reason.toString('utf8') });
    });
  });
}

function shellJob(): Job {
  const job = simulatedJob('shell');
  const task = job.TaskGroups?.[0]?.Tasks?.[0];
  assert.ok(task);
  task.Driver = 'raw_exec';
  task.Config = { command: '/bin/sh', args: ['-c', 'sleep 60'] };
  task.KillTimeout = 1e9;
  task.Actions = [{ Name: 'greet', Command: '/bin/echo', Args: ['hello'] }];
  return job;
}

describe('exec', () => {
  it('runs commands and actions in a real task', () =>
    withSimulator({ rawExec: true }, async ({ simulator, until }) => {
      simulator.cluster.jobs.register({ job: shellJob() });
      const { allocations } = simulator.cluster.store;
      const running = () => [...allocations.values()].find(({ ClientStatus }) => ClientStatus === 'running');
      await until('the task to run', () => running() !== undefined);
      const allocation = running();
      assert.ok(allocation);
      const path = `/v1/client/allocation/${allocation.ID}/exec?task=server&command=`;
      const ran = await session(
        simulator,
        path + encodeURIComponent('["/bin/sh","-c","echo $NOMAD_TASK_NAME; exit 3"]'),
      );
      assert.deepEqual([ran.stdout, ran.exitCode, ran.code], ['server\n', 3, 1006]);
      const action = await session(simulator, '/v1/job/shell/action?action=greet&task=server&allocID=' + allocation.ID);
      assert.deepEqual([action.stdout, action.exitCode], ['hello\n', 0]);
      const missing = await session(simulator, `/v1/job/shell/action?action=nope&task=server&allocID=${allocation.ID}`);
      assert.deepEqual([missing.code, missing.reason], [1008, 'action nope not found in task server']);
    }));

  it('says why it can not be', () =>
    withSimulator({ jobs: 1 }, async ({ simulator }) => {
      const id = '11111111-2222-3333-4444-555555555555';
      const unknown = await session(simulator, `/v1/client/allocation/${id}/exec?task=a&command=%5B%22ls%22%5D`);
      assert.deepEqual([unknown.code, unknown.reason], [1008, `Unknown allocation "${id}"`]);
      const malformed = await session(simulator, '/v1/client/allocation/abc/exec?task=a&command=%5B%22ls%22%5D');
      assert.deepEqual(
        [malformed.code, malformed.reason],
        [1011, 'alloc lookup failed: index error: UUID must be 36 characters'],
      );
    }));
});
