import { request } from 'node:http';
import { systemClock } from '../../src/base/clock.ts';
import { Emitter } from '../../src/base/events.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { followLogsOf } from '../../src/operations/logs/followLogs.ts';
import { followTask } from '../../src/operations/logs/followTask.ts';
import { LogLines } from '../../src/editor/logs/logLines.ts';
import { logsOf } from '../../src/operations/logs/taskLife.ts';
import { isLogLine } from '../../src/operations/logs/types.ts';
import type { LogEntry, LogTarget } from '../../src/operations/logs/types.ts';
import { JobByReads } from '../../src/operations/liveJob.ts';
import type { AllocationRecord } from '../../src/state/tables/records.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { withSimulator } from './cluster.ts';
import { compare, heapBytes } from './figures.ts';
import type { Bench, Figure } from './figures.ts';

const lineBytes = 100;
const megabytes = 40;
const linesInAll = (megabytes * 1_000_000) / lineBytes;
const limitMs = 120_000;

const logs = 50;
const linesPerSecond = 20_000;
const seconds = 10;

/** Logs that are followed: one against a reader that only counts what comes, and fifty that are written together. */
export const followedLogs: Bench = {
  name: 'logs',
  run: () =>
    withSimulator(['--raw-exec'], async (address) => {
      const client = new NomadClient({ address });
      try {
        return [...(await oneLog(client, address)), ...(await manyLogs(client))];
      } finally {
        client.dispose();
      }
    }),
};

async function oneLog(client: NomadClient, address: string): Promise<Figure[]> {
  const write = `awk 'BEGIN { for (i = 0; i < ${String(linesInAll)}; i++) printf "%08d ${'x'.repeat(90)}\\n", i }'`;
  const allocation = await startTask(client, { id: 'one', count: 1, script: `${write}; sleep 3600` });
  await readTask(client, allocation);
  const { ms, ratio } = await compare(
    7,
    () => readTask(client, allocation),
    () => readBare(address, allocation),
  );
  return [
    { name: 'logs.follow', unit: 'MB/s', value: megabytes / (ms / 1000) },
    { name: 'logs.followOverBare', unit: '×', value: ratio },
  ];
}

/** Follows the log until all of its lines have come. */
async function readTask(client: NomadClient, allocation: string): Promise<void> {
  const job = jobKey('default', 'one');
  const [log] = logsOf(
    { ...{ id: allocation, namespace: 'default', jobId: 'one', group: 'app', index: 0 } } as AllocationRecord,
    { region: undefined, tasks: ['server'] },
    ['stdout'],
  );
  if (log?.job !== job) throw new Error('There is no log.');
  const ended = new AbortController();
  let lines = 0;
  const take = (entries: readonly LogEntry[]) => {
    for (const entry of entries) if (isLogLine(entry) && entry.continued !== true) lines += 1;
    if (lines >= linesInAll) ended.abort();
  };
  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(limitMs)]);
  await followTask({
    ...{ client, log, from: 'start', signal, clock: systemClock, take },
    life: () => ({ phase: 'running', restarts: 0 }),
    onDidChangeLife: new Emitter<void>().event,
  });
  if (lines !== linesInAll) throw new Error(`${String(lines)} lines came.`);
}

/** Each of the tasks writes its share every tenth of a second; what they wrote has to come as it was written. */
async function manyLogs(client: NomadClient): Promise<Figure[]> {
  const each = (linesPerSecond * seconds) / logs;
  const burst = linesPerSecond / logs / 10;
  const awk = `awk 'BEGIN { for (i = 0; i < ${String(each)}; i++) { printf "%08d ${'x'.repeat(90)}\\n", i;`;
  const script = `sleep 5; ${awk} if (i % ${String(burst)} == ${String(burst - 1)}) { fflush(); system("sleep 0.1") } } }'; sleep 3600`;
  await startTask(client, { id: 'many', count: logs, script });
  const kept = new LogLines({
    ...{ most: 20_000, byAllocation: true, bothStreams: false, time: String },
    view: { timestamps: false, foldsJson: true, rule: undefined, accepts: () => true },
    onTooSlow: () => undefined,
  });
  const before = heapBytes();
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const { last, count } = await follow(
    client,
    { job: jobKey('default', 'many'), streams: ['stdout'] },
    each * logs,
    kept,
  );
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = performance.now() - startMs;
  for (const [key, number] of last) if (number !== each) throw new Error(`${key} has ${String(number)} lines.`);
  return [
    { name: 'logs.manyLost', unit: 'rows', value: each * logs - count },
    { name: 'logs.manyCores', unit: '×', value: (user + system) / 1000 / wallMs },
    { name: 'logs.manyHeap', unit: 'MB', value: (heapBytes() - before) / 1e6 },
  ];
}

/** Follows until so many lines have come, each of its log in order. */
async function follow(client: NomadClient, target: LogTarget, lines: number, kept?: LogLines) {
  const ended = new AbortController();
  const sight = new JobByReads(client, target.job, undefined);
  const last = new Map<string, number>();
  let count = 0;
  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(limitMs)]);
  await new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error(`Only ${String(count)} of ${String(lines)} lines came.`));
    });
    const take = (entries: readonly LogEntry[]) => {
      kept?.add(entries);
      for (const entry of entries) {
        if (!isLogLine(entry) || entry.continued === true) continue;
        const { key } = entry.source;
        const number = last.get(key) ?? 0;
        if (!entry.text.startsWith(String(number).padStart(8, '0')))
          reject(new Error(`${key}: ${entry.text} after ${String(number)}`));
        last.set(key, number + 1);
        count += 1;
      }
      if (count >= lines) resolve();
    };
    followLogsOf({ client, sight, clock: systemClock, signal: ended.signal }, target, { from: 'start', take });
  }).finally(() => {
    ended.abort();
  });
  return { last, count };
}

/** Follows it as well, until as many bytes have come as the data takes in frames that nobody looks into. */
function readBare(address: string, allocation: string): Promise<void> {
  const url = `${address}/v1/client/fs/logs/${allocation}?task=server&type=stdout&follow=true&origin=start&offset=0`;
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const outgoing = request(url, (response) => {
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes < (megabytes * 1_000_000 * 4) / 3) return;
        outgoing.destroy();
        resolve();
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** Resolves to an allocation, once all run. */
async function startTask(
  client: NomadClient,
  { id, count, script }: { id: string; count: number; script: string },
): Promise<string> {
  const task = {
    Name: 'server',
    Driver: 'raw_exec',
    Config: { command: '/bin/sh', args: ['-c', script] },
    Resources: { CPU: 1, MemoryMB: 10 },
    LogConfig: { MaxFiles: 10, MaxFileSizeMB: 10 },
  };
  const group = { Name: 'app', Count: count, EphemeralDisk: { SizeMB: 300 }, Tasks: [task] };
  await client.jobs.register({ ID: id, Name: id, Type: 'service', Datacenters: ['*'], TaskGroups: [group] } as never);
  const signal = AbortSignal.timeout(limitMs);
  let index: number | undefined;
  for (;;) {
    const { value, meta } = await client.jobs.allocations(id, { signal, index, waitMs: 5000 });
    const running = value.filter((one) => one.ClientStatus === 'running');
    if (running.length === count) return running[0]?.ID ?? '';
    index = Math.max(1, meta.index);
  }
}
