import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { FullNomadClient } from '../../../../src/nomad/fullClient.ts';
import type { Job } from '../../../../src/nomad/types/job.ts';
import { isAlive, until } from './stage.ts';

const cli = fileURLToPath(new URL('../../../simulator/cli.ts', import.meta.url));

/** A shell says its own id and that of a job of its own in the background, which is in another group. */
const script = 'set -m; sleep 1000 & echo "ids $$ $! end"; wait';

function jobOf(id: string): Job {
  const task = { Name: 'main', Driver: 'raw_exec', Config: { command: '/bin/sh', args: ['-c', script] } };
  const groups = [{ Name: 'app', Count: 1, Tasks: [{ ...task, Resources: { CPU: 10, MemoryMB: 10 } }] }];
  return { ID: id, Name: id, Type: 'service', Datacenters: ['*'], TaskGroups: groups } as unknown as Job;
}

describe('a simulator that is killed', function () {
  this.timeout(60_000);

  it('leaves no task and no session of it behind', async () => {
    const simulator = spawn(process.execPath, [cli, '--port', '0', '--raw-exec', '--speed', '20'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(simulator, 'exit');
    let client: FullNomadClient | undefined;
    try {
      const [line] = (await once(createInterface(simulator.stdout), 'line')) as [string];
      client = new FullNomadClient({ address: line.slice(line.indexOf('http')) });
      await client.jobs.register(jobOf('survivor'));
      const ids = await idsOf(client, 'survivor');
      assert.deepEqual(ids.map(isAlive), [true, true, true, true, true]);
      simulator.kill('SIGKILL');
      await exited;
      await until(() => !ids.some(isAlive));
    } finally {
      client?.dispose();
      simulator.kill('SIGKILL');
      await exited;
    }
  });
});

/** The processes of the task, and those of a session in a terminal and of one with pipes. */
async function idsOf(client: FullNomadClient, job: string): Promise<number[]> {
  let allocation = '';
  await until(async () => {
    const [first] = (await client.jobs.allocations(job)).value;
    allocation = first?.ClientStatus === 'running' ? first.ID : '';
    return allocation !== '';
  });
  let ids: number[] = [];
  await until(async () => {
    const { value } = await client.files.cat(allocation, 'alloc/logs/main.stdout.0');
    ids = [...(/ids (\d+) (\d+) end/.exec(Buffer.from(value).toString('utf8')) ?? [])].slice(1).map(Number);
    return ids.length === 2;
  });
  for (const tty of [true, false]) {
    const command = ['/bin/sh', '-c', tty ? script : 'echo "ids $$ end"; exec sleep 1000'];
    const session = client.allocations.exec(allocation, { task: 'main', command, tty });
    let text = '';
    const said = new Promise<void>((resolve) => {
      session.onOutput(({ data }) => {
        text += Buffer.from(data).toString('utf8');
        if (/ids [\d ]+ end/.test(text)) resolve();
      });
    });
    await said;
    ids.push(...(/ids ([\d ]+) end/.exec(text)?.[1] ?? '').split(' ').map(Number));
  }
  return ids;
}
