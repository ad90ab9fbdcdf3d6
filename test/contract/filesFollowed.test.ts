import assert from 'node:assert/strict';
import { afterEach, before, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { listDirectory, statFile } from '../../src/operations/files/listFiles.ts';
import { fileLog, followFile } from '../../src/operations/files/followFile.ts';
import { readFileBefore } from '../../src/operations/files/readFileBefore.ts';
import { fileBytes } from '../../src/operations/files/readFiles.ts';
import { isLogLine, type LogEntry, type LogFollower, type LogPosition } from '../../src/operations/logs/types.ts';
import { contract, contractWithAcl, type Contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, unknownId } from './support/jobs.ts';
import { makeToken, post } from './support/raw.ts';

const place = { namespace: 'default', region: undefined };

/** A file that is followed, and all that came of it. */
class FollowedFile {
  readonly entries: LogEntry[] = [];
  readonly follower: LogFollower;
  #changed: () => void = () => undefined;

  constructor(client: NomadClient, allocation: string, path: string, positions?: ReadonlyMap<string, LogPosition>) {
    const signal = new AbortController().signal;
    const log = fileLog({ allocation, place, name: 'app[0]', path });
    this.follower = followFile({ client, clock: systemClock, signal }, log, {
      positions,
      take: (entries) => {
        this.entries.push(...entries);
        this.#changed();
      },
    });
  }

  /** Whole lines, and `─` before what is said between them. */
  get said(): readonly string[] {
    return this.entries.map((entry) => (isLogLine(entry) ? entry.text : `─ ${entry.text}`));
  }

  until(what: string, done: (said: readonly string[]) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`Waited in vain for ${what}: ${JSON.stringify(this.said.slice(-10))}`));
      }, 60_000);
      this.#changed = () => {
        if (!done(this.said)) return;
        clearTimeout(timer);
        resolve();
      };
      this.#changed();
    });
  }
}

function useFollowed(): (follow: FollowedFile) => FollowedFile {
  const all: FollowedFile[] = [];
  afterEach(() => {
    for (const one of all.splice(0)) one.follower.dispose();
  });
  return (one) => {
    all.push(one);
    return one;
  };
}

contract('a file that is followed', (c: Contract) => {
  const own = useFollowed();
  let allocation = '';
  const signal = new AbortController().signal;

  before(async () => {
    const job = c.id('grows');
    await c.register(service(job));
    allocation = await c.runningId(job);
  });

  const run = (script: string) => c.runIn(allocation, `cd "$NOMAD_TASK_DIR"; ${script}`);
  const follow = (name: string, positions?: ReadonlyMap<string, LogPosition>) =>
    own(new FollowedFile(c.client, allocation, `main/local/${name}`, positions));

  it('gives what is there, and what is written to it', async () => {
    holds('files.stream');
    await run('echo one > grow.log');
    const file = follow('grow.log');
    await file.until('what is there', (said) => said.includes('one'));
    await run('echo two >> grow.log; printf thr >> grow.log');
    await file.until('a line without its end', (said) => said.includes('thr'));
    await run('echo ee >> grow.log');
    await file.until('the rest', (said) => said.includes('ee'));
    assert.deepEqual(file.said, ['one', 'two', 'thr', 'ee']);
    const last = file.entries.at(-1);
    assert.ok(last !== undefined && isLogLine(last) && last.continued === true);

    // As after a reload of the window.
    const again = follow('grow.log', new Map([[last.source.key, { file: 0, offset: 4 }]]));
    await again.until('all from there', (said) => said.includes('three'));
    assert.deepEqual(again.said, ['two', 'three']);
  });

  it('goes on at its start where it is made shorter', async () => {
    await run('echo first > short.log; echo second >> short.log');
    const file = follow('short.log');
    await file.until('what is there', (said) => said.includes('second'));
    await run(': > short.log');
    await file.until('that it is shorter', (said) =>
      said.some((text) => text.endsWith('made shorter, and begins anew')),
    );
    await run('echo third >> short.log');
    await file.until('what is new', (said) => said.includes('third'));
    assert.deepEqual(file.said, [
      'first',
      'second',
      '─ main/local/short.log was made shorter, and begins anew',
      'third',
    ]);
  });

  it('is waited for, and taken up again where it was removed', async () => {
    const file = follow('later.log');
    await file.until(
      'that it is not there',
      (said) => said[0]?.startsWith('─ main/local/later.log is not there: ') === true,
    );
    await run('echo here > later.log');
    await file.until('what is there', (said) => said.includes('here'));
    await run('rm later.log');
    await file.until('that it is gone', (said) => said.includes('─ main/local/later.log was removed'));
    await run('echo again > later.log');
    await file.until('what is there again', (said) => said.includes('again'));
  });

  it('begins with its last part, and gives older lines on demand', async () => {
    await run('seq 1 200000 > long.log');
    const file = follow('long.log');
    await file.until('its end', (said) => said.includes('200000'));
    const [note, first] = file.entries;
    assert.match(note?.text ?? '', /^main\/local\/long\.log has 1\.3 MB: what is before the last 66 kB is not shown$/);
    assert.ok(first !== undefined && isLogLine(first) && first.source.kind === 'file');
    const number = Number(first.text);
    assert.deepEqual(
      file.said.slice(1),
      Array.from({ length: 200_001 - number }, (_, at) => String(number + at)),
    );
    const { source } = first;
    const older = await readFileBefore(c.client, source, first.position, { bytes: 1000, signal });
    assert.equal(older.lines.at(-1)?.text, String(number - 1));
    assert.equal(older.atStart, false);
    const rest = await readFileBefore(c.client, source, older.from, { bytes: 10_000_000, signal });
    assert.deepEqual([rest.lines[0]?.text, rest.atStart], ['1', true]);
    assert.equal(rest.lines.length + older.lines.length, number - 1);
  });

  it('says why it can’t be read, and tries no further', async () => {
    await run('mkdir -p folder; mkfifo pipe; echo key > ../secrets/key');
    const ends: readonly (readonly [string, RegExp])[] = [
      ['folder', /^─ main\/local\/folder can't be followed: main\/local\/folder is a directory/],
      ['pipe', /can't be followed: main\/local\/pipe is a pipe/],
      ['../local/x', /can't be read: .*leads out of the allocation's directory/],
    ];
    for (const [name, words] of ends) {
      const file = follow(name);
      await file.follower.ended;
      assert.match(file.said.at(-1) ?? '', words);
    }
    const secret = own(new FollowedFile(c.client, allocation, 'main/secrets/key'));
    await secret.follower.ended;
    assert.match(secret.said.at(-1) ?? '', /^─ main\/secrets\/key can't be read: Reading secret file prohibited: /);
    const gone = own(new FollowedFile(c.client, unknownId, 'alloc/logs/x'));
    await gone.follower.ended;
    assert.match(gone.said.at(-1) ?? '', /^─ alloc\/logs\/x was removed with its allocation: Unknown allocation/);
  });

  it('is not given in part where it shrinks while it is read', async () => {
    await run('head -c 8000000 /dev/zero > shrinks.bin');
    const at = { allocation, place, path: 'main/local/shrinks.bin' };
    const known = await statFile(c.client, at, signal);
    await run(': > shrinks.bin');
    const read = async () => {
      for await (const part of fileBytes(c.client, at, signal, known)) assert.ok(part.byteLength > 0);
    };
    await assert.rejects(read(), {
      name: 'UserError',
      message: 'main/local/shrinks.bin was made shorter or written anew while it was read.',
    });
    await run('rm shrinks.bin');
    await assert.rejects(read(), { name: 'NomadError', body: /no such file/ });
  });
});

contractWithAcl('the files of an allocation that the token may not read', (c) => {
  const own = useFollowed();

  it('are refused as a right that lacks', async () => {
    holds('files.ls fails', 'files.stat fails');
    const job = c.id('denied');
    await c.register(service(job));
    const allocation = await c.runningId(job);
    const rules = 'namespace "default" {\n  policy = "read"\n}';
    await post(c, '/v1/acl/policy/looker', { Name: 'looker', Rules: rules });
    const { SecretID: token } = await makeToken(c, 'looker');
    const looker = new NomadClient({ ...c.target.connection, token });
    const signal = new AbortController().signal;
    const at = { allocation, place, path: 'alloc/logs' };
    try {
      for (const read of [listDirectory, statFile])
        await assert.rejects(read(looker, at, signal), { kind: 'denied', body: 'Permission denied' });
      const file = own(new FollowedFile(looker, allocation, 'alloc/logs/main.stdout.0'));
      await file.follower.ended;
      assert.deepEqual(file.said, [
        '─ alloc/logs/main.stdout.0 may not be read: Permission denied. The token needs read-fs in namespace default',
      ]);
    } finally {
      looker.dispose();
    }
  });
});
