import { gzipSync } from 'node:zlib';
import type { Replay, Scenario } from '../support/replay.ts';
import { group, job, leftoverIds, leftovers, second, task, waiting } from './parts.ts';

const files = [
  'cd local',
  String.raw`printf 'line one\nline two\nh\303\251llo \346\227\245\346\234\254 \360\237\230\200\n' > text.txt`,
  String.raw`printf '\000\001\377\376bin' > bin.dat`,
  ': > empty',
  "printf 'x\\n' > 'with space.txt'",
  'ln -s /etc/passwd link',
  'ln -s text.txt okl',
  'mkdir -p sub/deep',
  "head -c 200000 /dev/zero | tr '\\0' z > big.txt",
  'echo started',
  'sleep 3600',
].join('; ');

const logging = [
  String.raw`printf 'first\nh\303\251llo \346\227\245\346\234\254\nno newline\000\377\n'`,
  'echo err1 >&2',
  'i=0; while true; do i=$((i+1)); echo tick $i; sleep 1; done',
].join('; ');

const rotating = `i=0; while [ $i -lt 40000 ]; do i=$((i+1)); echo line $i ${'x'.repeat(110)}; done; sleep 3600`;

const actions = [
  { Name: 'hello', Command: '/bin/sh', Args: ['-c', 'echo hello from action; exit 4'] },
  { Name: 'loop', Command: '/bin/sh', Args: ['-c', 'while true; do echo x; sleep 1; done'] },
];

function example(replay: Replay): Record<string, unknown> {
  const other = task('sleep 3600', { Name: 'other', ...(replay.isNew ? { Actions: actions } : {}) });
  const pre = task('exit 0', { Name: 'pre', Lifecycle: { Hook: 'prestart', Sidecar: false } });
  return job('ex', { TaskGroups: [group({ Tasks: [task(), other, pre] })] });
}

const single = (id: string, more: Record<string, unknown>, groupMore: Record<string, unknown> = {}) =>
  job(id, { TaskGroups: [group({ Tasks: [{ ...task(), ...more }], ...groupMore })] });

async function allocationJobs(replay: Replay): Promise<void> {
  await leftovers(replay);
  await replay.register(example(replay));
  const tcp = { Type: 'tcp', Name: 'tcp', Interval: 2 * second, Timeout: second };
  const trapping =
    'trap "echo got-hup" HUP; trap "echo got-usr1" USR1; i=0; while true; do i=$((i+1)); echo tick $i; sleep 1; done';
  const Tasks = [task(trapping), task(`trap "" USR1 HUP; ${waiting}`, { Name: 'side' })];
  const Services = [{ Name: 'al-svc', Provider: 'nomad', PortLabel: 'http', Checks: [tcp] }];
  const Networks = [{ Mode: 'host', DynamicPorts: [{ Label: 'http' }] }];
  await replay.register(job('al', { TaskGroups: [group({ Count: 2, Networks, Services, Tasks })] }));
  const RestartPolicy = { Attempts: 2, Interval: 60 * second, Delay: 0.3 * second, Mode: 'fail' };
  await replay.register(
    single('al-fail', { Config: { command: '/bin/sh', args: ['-c', 'exit 3'] } }, { RestartPolicy }),
  );
  await replay.register({
    ...single('al-kill', { Config: { command: '/bin/sh', args: ['-c', 'kill -9 $$'] } }),
    Type: 'batch',
  });
  const slow = { RestartPolicy: { Attempts: 5, Interval: 60 * second, Delay: 3 * second, Mode: 'fail' } };
  await replay.register(
    single('al-art', { Artifacts: [{ GetterSource: 'http://127.0.0.1:9/x.tgz', RelativeDest: 'local' }] }, slow),
  );
  await replay.register(single('al-drv', { Driver: 'nodriver', Config: {} }));
  await replay.register(single('al-nocmd', { Config: { command: '/no/such/binary' } }));
  const failed = ['al-fail', 'al-kill', 'al-nocmd'];
  await replay.until('the failures', () =>
    failed.every((id) => replay.allocationsOf(id)[0]?.ClientStatus === 'failed'),
  );
  await replay.running('al', 2);
}

export const runtimeScenarios: Readonly<Record<string, Scenario>> = {
  's08-allocs': {
    setUp: allocationJobs,
    before: {
      'signal OK': (replay) => replay.started('al', 'tick 5'),
      // At once, so that its client has not told of it yet.
      'pending: start blocked (mock)': async (replay) => {
        const Config = { run_for: '100s', start_block_for: '60s' };
        await replay.register(single('al-mock', { Driver: 'mock_driver', Config }));
      },
      'read after purge': async (replay) => {
        await replay.call('DELETE', '/v1/job/al?purge=true');
      },
    },
  },
  's09-fs': {
    setUp: async (replay) => {
      await replay.register(single('fs', task(files)));
      await replay.started('fs', 'started');
      replay.nameAllocations('fs');
    },
    before: {
      'dead alloc: ls': async (replay) => {
        await replay.call('DELETE', '/v1/job/fs');
        await replay.until('the end', () =>
          replay.allocationsOf('fs').every((each) => each.ClientStatus === 'complete'),
        );
      },
      'gc-ed alloc: ls': (replay) => replay.call('PUT', '/v1/system/gc').then(() => undefined),
    },
  },
  's09-logs': {
    setUp: async (replay) => {
      const Tasks = [task(logging), task('sleep 3600', { Name: 'quiet' })];
      await replay.register(job('logs', { TaskGroups: [group({ Tasks })] }));
      const blocked = { Name: 'blocked', Driver: 'mock_driver', Config: { run_for: '100s', start_block_for: '60s' } };
      await replay.register(single('blk', blocked));
      await replay.register(single('rot', task(rotating, { LogConfig: { MaxFiles: 3, MaxFileSizeMB: 1 } })));
      for (const id of ['logs', 'rot']) await replay.running(id);
      await replay.until('the blocked one', () => replay.allocationsOf('blk').length > 0);
      await replay.started('logs', 'tick 2');
      replay.nameAllocations('logs', 'blk', 'rot');
    },
    before: {
      'follow while the task is restarted then stopped': (replay) => {
        const id = replay.allocationsOf('logs')[0]?.ID ?? '';
        const restart = () => replay.call('PUT', `/v1/client/allocation/${id}/restart`, { TaskName: 'server' });
        replay.meanwhile.slowlyAfter(2000, restart);
        replay.meanwhile.after(5300, () => replay.call('DELETE', '/v1/job/logs'));
      },
    },
  },
  's10-exec': {
    setUp: async (replay) => {
      await replay.register(example(replay));
      await replay.running('ex');
      replay.nameAllocations('ex');
    },
    before: {
      'task restarted during exec': (replay) => {
        const id = replay.allocationsOf('ex')[0]?.ID ?? '';
        replay.meanwhile.onceBegun(async () => {
          const restart = () => replay.call('PUT', `/v1/client/allocation/${id}/restart`, { TaskName: 'server' });
          replay.meanwhile.slowlyAfter(0, restart);
          await replay.pass(1000);
        });
      },
      'alloc stopped during exec': (replay) => {
        replay.meanwhile.onceBegun(async () => {
          await replay.call('DELETE', '/v1/job/ex');
          await replay.pass(1000);
        });
      },
    },
    left: {
      'abrupt close, tty': 'the client itself cut the connection',
      'abrupt close, no tty': 'the client itself cut the connection',
      'normal close frame 1000, no tty': 'the client itself closed the session',
      'normal close frame 1000, tty': 'the client itself closed the session',
      'action loop, client closes': 'the client itself closed the session',
      '1 MB output: frame sizes': 'the recording has no frames, only their sizes',
      '1 MB output tty': 'the recording has no frames, only their sizes',
      '256 KB of stdin in one frame': 'the recording has no frame, only its size',
      'client sends ping': 'the recording has no frame for a ping',
      'binary WebSocket message': 'the recording has no frame of this kind',
    },
  },
  's14-http': {
    setUp: async (replay) => {
      await leftovers(replay);
      if (replay.isNew) await replay.register(job('ex'));
      for (const id of [...leftoverIds, ...(replay.isNew ? ['ex'] : [])]) await replay.running(id);
      await replay.register(job('http'));
      if (replay.isNew) await replay.rollout('http', 0);
    },
    atOnce: ['PUT /v1/job/http/versions'],
    before: {
      'very long URL (100 KB)': async (replay) => {
        await replay.register(job('http'));
        await replay.running('http');
      },
    },
    bodies: {
      'JSON trailing garbage': () => `${JSON.stringify({ Job: job('http') })}garbage`,
      'gzip request body': () => gzipSync('{"JobID":"http"}'),
      'deep JSON': () => '['.repeat(20_000) + ']'.repeat(20_000),
      'oversized parse body 2 MB': () => JSON.stringify({ JobHCL: '#'.repeat(2_000_000) }),
      'oversized parse body 11 MB': () => JSON.stringify({ JobHCL: '#'.repeat(11_000_000) }),
      'oversized register (11 MB meta)': () =>
        JSON.stringify({
          Job: job('http', { TaskGroups: [group({ Count: 0 })], Meta: { big: 'x'.repeat(11_000_000) } }),
        }),
    },
  },
};
