import assert from 'node:assert/strict';
import { afterEach, before, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { readAgents } from '../../src/operations/logs/agents.ts';
import { agentLog, followAgent } from '../../src/operations/logs/followAgent.ts';
import { LinePattern } from '../../src/operations/logs/linePattern.ts';
import { readBefore } from '../../src/operations/logs/readBefore.ts';
import { searchLogs } from '../../src/operations/logs/searchLogs.ts';
import type { LogMatch } from '../../src/operations/logs/searchLogs.ts';
import type { AgentLog, LogEntry, TaskLog } from '../../src/operations/logs/types.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { contract, contractWithAcl } from './support/contract.ts';
import { batch, service, shell, task } from './support/jobs.ts';
import { Followed } from './support/logs.ts';
import { makeToken, post } from './support/raw.ts';
import { Relay } from './support/relay.ts';

const signal = new AbortController().signal;

contract('logs that are looked through', (c) => {
  let job = '';

  before(async () => {
    job = c.id('search');
    const write = `awk 'BEGIN { for (i = 0; i < 30000; i++) printf "line %05d ${'x'.repeat(90)}\\n", i }'`;
    const script = `${write}; echo "an ERROR of $NOMAD_ALLOC_INDEX" >&2; printf 'the last error'`;
    const tasks = [task('main', shell(script), { LogConfig: { MaxFiles: 5, MaxFileSizeMB: 1 } })];
    await c.register(batch(job, { count: 2, tasks, more: { EphemeralDisk: { SizeMB: 20 } } }));
    await c.allocations(job, 'complete', (list) => list.filter((one) => one.ClientStatus === 'complete').length === 2);
  });

  const search = async (pattern: LinePattern, maxMatches?: number) => {
    const matches: LogMatch[] = [];
    const onMatches = (some: readonly LogMatch[]) => matches.push(...some);
    const target = { job: jobKey('default', job) };
    const result = await searchLogs(c.client, target, {
      pattern,
      signal,
      onMatches,
      ...(maxMatches === undefined ? {} : { maxMatches }),
    });
    return { result, matches };
  };

  it('give every line that fits, of all allocations, both streams and all files, with its place', async () => {
    const { result, matches } = await search(new LinePattern('error|line (00000|15000|29999) '));
    const texts = matches.map(({ line }) => line.text.slice(0, 14)).sort();
    assert.deepEqual(texts, [
      ...['an ERROR of 0', 'an ERROR of 1', 'line 00000 xxx', 'line 00000 xxx', 'line 15000 xxx', 'line 15000 xxx'],
      ...['line 29999 xxx', 'line 29999 xxx', 'the last error', 'the last error'],
    ]);
    assert.deepEqual(
      [result.logs, result.lines, result.matches, result.truncated, result.unread],
      [4, 60_004, 10, false, []],
    );
    const late = matches.find(({ line }) => line.text.startsWith('line 29999'))?.line;
    assert.ok((late?.position.file ?? 0) > 0);
    // Where it was found, what stands before it can be read.
    const { lines } = await readBefore(c.client, late?.source as TaskLog, late?.position ?? { file: 0, offset: 0 }, {
      bytes: 1000,
      signal,
    });
    assert.match(lines.at(-1)?.text ?? '', /^line 29998 /);
  });

  it('end with as many lines as were asked for', async () => {
    const { result, matches } = await search(new LinePattern('line'), 7);
    assert.deepEqual([matches.length, result.matches, result.truncated], [7, 7, true]);
  });

  it('give up on a pattern that would take for ever', async () => {
    await assert.rejects(search(new LinePattern('(x+x+)+y')), { name: 'UserError' });
  });

  it('can be read backwards, page by page', async () => {
    const followed = new Followed(c.target.connection, { job, streams: ['stdout'] }, { from: { tailBytes: 1000 } });
    try {
      await followed.until(
        'the tails',
        () => followed.lines.filter(({ text }) => text === 'the last error').length === 2,
      );
    } finally {
      followed.end();
    }
    const [first] = followed.lines;
    assert.ok(first !== undefined && followed.lines.length < 40, String(followed.lines.length));
    const numbers = [Number(first.text.slice(5, 10))];
    let { position } = first;
    for (let atStart = false; !atStart;) {
      const older = await readBefore(c.client, first.source as TaskLog, position, { bytes: 500_000, signal });
      numbers.unshift(...older.lines.map(({ text }) => Number(text.slice(5, 10))));
      ({ from: position, atStart } = older);
    }
    assert.deepEqual(
      numbers,
      Array.from({ length: numbers.length }, (_, at) => at),
    );
    assert.ok(numbers.length > 29_900);
  });
});

contractWithAcl('the log of an agent', (c) => {
  const ends: (() => void)[] = [];

  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  const follow = (
    token: string | undefined,
    until: (entries: readonly LogEntry[]) => boolean,
    { agent = 'connected', address }: { readonly agent?: AgentLog['agent']; readonly address?: string } = {},
  ) => {
    const client = new NomadClient({
      ...c.target.connection,
      ...(token === undefined ? {} : { token }),
      ...(address === undefined ? {} : { address }),
    });
    const end = new AbortController();
    ends.push(() => {
      end.abort();
      client.dispose();
    });
    const entries: LogEntry[] = [];
    const log = agentLog(agent, 'the agent');
    return new Promise<LogEntry[]>((resolve, reject) => {
      const take = (some: readonly LogEntry[]) => {
        entries.push(...some);
        if (until(entries)) resolve(entries);
      };
      followAgent({ client, log, level: 'debug', signal: end.signal, clock: systemClock, take }).catch(reject);
    });
  };

  /** Has the agent log something again and again. */
  const whileAsking = async <T>(work: Promise<T>): Promise<T> => {
    const asking = setInterval(() => void c.client.jobs.list().catch(() => undefined), 200);
    return work.finally(() => {
      clearInterval(asking);
    });
  };

  it('comes line by line', async () => {
    const followed = follow(undefined, (some) => some.some(({ text }) => text.includes('/v1/jobs')));
    const entries = await whileAsking(followed);
    assert.ok(entries.every(({ kind, text }) => kind === 'line' && !text.includes('\n')));
    assert.match(entries.at(-1)?.text ?? '', /\[DEBUG\]/);
  });

  it('is there of each server and each client, and of the agent that answers', async () => {
    const agents = await readAgents(c.client, { region: undefined }, signal);
    const kinds = agents.map(({ kind }) => kind);
    assert.deepEqual([kinds[0], kinds.includes('server'), kinds.includes('client')], ['connected', true, true]);
    assert.ok(agents.every(({ name, status }) => (name === '') === (status === undefined)));
    for (const { target } of agents) {
      const hasLine = (some: readonly LogEntry[]) => some.some(({ kind }) => kind === 'line');
      const entries = await whileAsking(follow(undefined, hasLine, target));
      assert.deepEqual(
        entries.filter(({ kind }) => kind !== 'line'),
        [],
      );
    }
  });

  it('goes on after a break, and says for how long it is missing', async () => {
    const relay = await Relay.to(c.target.connection.address);
    try {
      const followed = follow(
        undefined,
        (some) => {
          const at = some.findIndex(({ kind }) => kind === 'resumed');
          if (at === -1 && some.some(({ kind }) => kind === 'line')) relay.cut();
          return at !== -1 && some.slice(at).some(({ kind }) => kind === 'line');
        },
        { address: relay.address },
      );
      const entries = await whileAsking(followed);
      const notes = entries.filter(({ kind }) => kind !== 'line').map(({ text }) => text);
      assert.match(notes[0] ?? '', /^No log of the agent at the moment: /);
      assert.match(
        notes[1] ?? '',
        /^Reading the log of the agent again; what it said in the \d+ s between is missing$/,
      );
      assert.equal(notes.length, 2);
    } finally {
      await relay.close();
    }
  });

  it('is listed as that of the agent that answers alone where the token may not read nodes', async () => {
    await post(c, '/v1/acl/policy/log', { Name: 'log', Rules: 'agent {\n  policy = "read"\n}' });
    const { SecretID } = await makeToken(c, 'log');
    const client = new NomadClient({ ...c.target.connection, token: SecretID });
    ends.push(() => {
      client.dispose();
    });
    const agents = await readAgents(client, { region: undefined }, signal);
    assert.deepEqual(
      agents.map(({ kind }) => kind),
      ['connected'],
    );
    const entries = await whileAsking(follow(SecretID, (some) => some.length > 0));
    assert.equal(entries[0]?.kind, 'line');
  });

  it('may not be read without agent:read, which is said', async () => {
    await post(c, '/v1/acl/policy/none', { Name: 'none', Rules: 'namespace "default" {\n  policy = "read"\n}' });
    const { SecretID } = await makeToken(c, 'none');
    const [note] = await follow(SecretID, (some) => some.length > 0);
    assert.deepEqual(note, {
      kind: 'denied',
      source: agentLog('connected', 'the agent'),
      atMs: note?.atMs,
      text: 'The log of the agent may not be read: Permission denied. The token needs agent:read',
      needs: { capability: 'agent:read' },
    });
  });
});

contract('the log of a task that waits for an answer', (c) => {
  it('shows the question, and goes on with it', async () => {
    const job = c.id('question');
    const wait = 'while [ ! -f $NOMAD_ALLOC_DIR/go ]; do sleep 0.1; done';
    await c.register(service(job, { script: `printf 'Password: '; ${wait}; echo accepted; exec sleep 3600` }));
    const id = await c.runningId(job);
    const followed = new Followed(c.target.connection, { job, allocation: id, streams: ['stdout'] });
    try {
      await followed.until('the question', () => followed.lines.length === 1);
      await c.runIn(id, 'touch $NOMAD_ALLOC_DIR/go');
      await followed.until('the answer', () => followed.lines.length === 2);
      assert.deepEqual(
        followed.lines.map(({ text, open, continued }) => [text, open, continued]),
        [
          ['Password: ', true, undefined],
          ['accepted', undefined, true],
        ],
      );
    } finally {
      followed.end();
    }
  });
});
