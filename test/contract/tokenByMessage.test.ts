import assert from 'node:assert/strict';
import { after, afterEach, before, it } from 'mocha';
import { NomadClient } from '../../src/nomad/client.ts';
import type { ExecOptions } from '../../src/nomad/sessions/exec.ts';
import { contractWithAcl } from './support/contract.ts';
import { Session } from './support/exec.ts';
import { HeaderProxy, type HeaderMode } from './support/headerProxy.ts';
import { holds } from './support/holds.ts';
import { service } from './support/jobs.ts';

const unknownToken = '5ec4e700-0000-4000-8000-00000000dead';

contractWithAcl('a token that may not be in a header', (c) => {
  let proxy: HeaderProxy;
  let id = '';
  const clients: NomadClient[] = [];

  before(async () => {
    const job = c.id('byte');
    await c.register(service(job));
    id = await c.runningId(job);
    proxy = await HeaderProxy.to(c.target.connection.address);
  });

  afterEach(() => {
    proxy.heads.length = 0;
    for (const client of clients.splice(0)) client.dispose();
  });

  after(() => proxy.close());

  const token = () => String(c.target.connection.token);

  function clientOf(given = token()): NomadClient {
    const client = new NomadClient({ ...c.target.connection, address: proxy.address, token: given });
    clients.push(client);
    return client;
  }

  function open(mode: HeaderMode, client = clientOf(), options: Partial<ExecOptions> = {}): Session {
    proxy.mode = mode;
    return new Session({ client }, id, ['/bin/cat'], options);
  }

  /** What each upgrade said of the token: never where anybody could read it. */
  const ways = () =>
    proxy.heads.map((head) => {
      const [line = '', ...fields] = head.split('\r\n');
      assert.ok(!line.includes(token()), 'the token is in the address');
      const inHeader = fields.some((field) => field.toLowerCase().startsWith('x-nomad-token:'));
      assert.equal(head.includes(token()), inHeader);
      return `${inHeader ? 'header' : 'none'}${line.includes('ws_handshake=true') ? ', message' : ''}`;
    });

  it('goes in the header where it may', async () => {
    const session = open('pass');
    session.session.write('hello');
    session.session.closeStdin();
    assert.deepEqual([await session.ended(), session.stdout], [{ kind: 'exited', exitCode: 0 }, 'hello']);
    assert.deepEqual(ways(), ['header']);
  });

  const proxies = {
    strip: 'strips the header',
    forbid: 'forbids it',
    'bad request': 'calls it a bad request',
    'too large': 'calls it too large',
  } as const;
  for (const mode of Object.keys(proxies) as (keyof typeof proxies)[]) {
    it(`goes in the first message where a proxy ${proxies[mode]}, with all that was typed by then`, async () => {
      holds('A token in the first frame is judged by close codes, and a first frame that never comes is waited for');
      const session = open(mode);
      session.session.write('typed before it is open\n');
      await session.session.opened;
      session.session.write('and after\n');
      await session.saw('and after\n');
      session.session.closeStdin();
      assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 0 });
      assert.equal(session.stdout, 'typed before it is open\nand after\n');
      assert.deepEqual(ways(), ['header', 'none, message']);
    });
  }

  it('goes there at once the next time', async () => {
    const client = clientOf();
    for (const text of ['one', 'two']) {
      const session = open('forbid', client);
      session.session.write(text);
      session.session.closeStdin();
      assert.deepEqual([await session.ended(), session.stdout], [{ kind: 'exited', exitCode: 0 }, text]);
    }
    assert.deepEqual(ways(), ['header', 'none, message', 'none, message']);
  });

  it('gives a terminal its size there, too', async () => {
    proxy.mode = 'strip';
    const size = { rows: 33, columns: 77 };
    const session = new Session({ client: clientOf() }, id, ['/bin/sh'], { tty: true, size });
    session.session.write('echo "size is $(stty size)"; exit 4\n');
    assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 4 });
    assert.match(session.stdout, /size is 33 77\r\n/);
  });

  it('is refused once and for all where it is no good one', async () => {
    for (const mode of ['pass', 'strip', 'forbid'] as const) {
      const end = await open(mode, clientOf(unknownToken)).ended();
      assert.equal(end.kind, 'closed');
      assert.deepEqual([end.error.kind, end.error.body], ['denied', 'Permission denied']);
      assert.ok(!JSON.stringify(end.error).includes(unknownToken));
      assert.equal(proxy.heads.splice(0).length, 2);
    }
  });

  it('does not start a command a second time for another reason', async () => {
    proxy.mode = 'pass';
    const session = new Session({ client: clientOf() }, id, ['/no/such']);
    const end = await session.ended();
    assert.equal(end.kind, 'closed');
    assert.match(end.error.body ?? '', /^failed to start command/);
    assert.deepEqual(ways(), ['header']);
  });
});
