import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { jobKey } from '../../src/state/tables/keys.ts';
import type { WelcomeState } from '../../src/platform/contributions.ts';
import { setSetting, welcomeText } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { rowsOf } from './support/rows.ts';
import { startCluster, type Session, type TestCluster } from './support/session.ts';
import { recoverOn, useCluster } from './support/suite.ts';

describe('bad days', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster((opened, started) => {
    [session, cluster] = [opened, started];
    return cluster.register(jobspec('web'));
  });
  afterEach('leaves the cluster', () => session.leave());

  const labels = async () => (await rowsOf(session.workbench)).map((row) => row.label);
  /** After any bad day: the extension goes on when it is led to a good cluster. */
  const recovers = () => recoverOn(session, cluster);

  describe('a wrong address', () => {
    const cases: readonly [what: string, address: string, state: WelcomeState, words: RegExp][] = [
      [
        'a name that nobody has',
        'http://nomad.invalid:4646',
        'dns',
        /^The host nomad\.invalid(:4646)? could not be found\.$/,
      ],
      ['a port where nothing listens', 'http://127.0.0.1:1', 'refused', /^Nothing answers at http:\/\/127\.0\.0\.1:1;/],
      ['a text that is no address', 'not an address', 'address', /address/i],
      ['another scheme', 'ftp://127.0.0.1:4646', 'address', /ftp|http/],
    ];
    for (const [what, address, state, words] of cases) {
      it(`tells ${what} and offers to change it`, async () => {
        await session.tryToConnect(address);
        await session.welcome(state);
        assert.match(session.cause(), words);
        assert.deepEqual(await rowsOf(session.workbench), []);
        assert.match(welcomeText(state), /command:nomad\.connect/);
        assert.deepEqual(session.messages.all, [], 'nobody asked, so nothing pops up');
        await recovers();
      });
    }

    it('tells a command of the palette the cause, and the way out', async () => {
      await setSetting('nomad.address', 'http://nomad.invalid:4646');
      await session.run('stopJob');
      const { sentence, buttons } = await session.messages.next(/^Could not stop /);
      assert.match(sentence, /The host nomad\.invalid.* could not be found\.$/);
      assert.deepEqual(buttons, ['Change the address', 'Show log']);
    });

    it('follows a setting that becomes wrong, and right again', async () => {
      await session.connect(cluster.address);
      await setSetting('nomad.address', 'not an address');
      await session.welcome('address');
      await setSetting('nomad.address', cluster.address);
      await session.welcome('ready');
    });

    it('knows TLS that is spoken to a plain port', async () => {
      await session.tryToConnect(cluster.address.replace('http:', 'https:'));
      await session.welcome('tls');
      assert.match(session.cause(), /does not speak TLS; the address may need http:\/\//);
      await recovers();
    });

    it('knows a server that is not Nomad', async () => {
      const server = await serve('<!doctype html><title>Wiki</title>', 'text/html');
      try {
        await session.tryToConnect(addressOf(server));
        await session.welcome('notNomad');
        assert.match(session.cause(), /something that is not Nomad's \(HTTP 200, a page titled "Wiki"\)/);
        await recovers();
      } finally {
        server.close();
      }
    });

    it('knows JSON that is not Nomad’s', async () => {
      const server = await serve('{"hello": "world"}', 'application/json');
      try {
        await session.tryToConnect(addressOf(server));
        await session.welcome('notNomad');
        await recovers();
      } finally {
        server.close();
      }
    });
  });

  describe('a cluster that comes and goes', () => {
    it('shows the rows by itself when the cluster comes up after the editor', async () => {
      const first = await startCluster();
      const { port } = first;
      await first.close();
      await session.tryToConnect(`http://127.0.0.1:${String(port)}`);
      await session.welcome('refused');
      const later = await startCluster({ port });
      try {
        await later.register(jobspec('late'));
        await session.welcome('ready');
        await session.until('the job is there', (store) => store.jobs.size === 1);
        assert.deepEqual(await labels(), ['late']);
        await session.state('live');
      } finally {
        await later.close();
      }
    });

    it('keeps the rows and says since when they are stale, and is live again when the cluster is back', async () => {
      const first = await startCluster();
      const { port, address } = first;
      await first.register(jobspec('kept'));
      await session.connect(address);
      const rows = await rowsOf(session.workbench);
      const before = Date.now();
      await first.close();
      await session.state('stale');
      const { state } = session.cluster;
      assert.ok(state.kind === 'stale' && state.sinceMs <= Date.now() && state.sinceMs >= before - 60_000);
      assert.match(session.cause(), /the connection was refused|closed the connection/);
      assert.deepEqual(
        (await rowsOf(session.workbench)).map((row) => row.row),
        rows.map((row) => row.row),
      );
      assert.equal(session.workbench.context.get('nomad.state'), 'ready');
      await session.run('refresh');
      await session.messages.next(/^Could not refresh on .*: Nothing answers at/);
      const back = await startCluster({ port });
      try {
        await back.register(jobspec('kept'));
        await back.register(jobspec('new'));
        await session.run('refresh');
        await session.state('live');
        await session.until('the new job is there', (store) => store.jobs.has(jobKey('default', 'new')));
        assert.deepEqual(await labels(), ['kept', 'new']);
        assert.equal((await rowsOf(session.workbench))[0]?.row, rows[0]?.row);
      } finally {
        await back.close();
      }
    });

    it('goes on by polling where there are no events', async () => {
      cluster.faults.set({ path: '/v1/event/stream', status: 403, text: 'Permission denied' });
      await setSetting('nomad.address', cluster.address);
      await session.workbench.current.connect();
      await session.state('polling');
      assert.deepEqual(await labels(), ['web']);
      assert.equal(session.workbench.context.get('nomad.state'), 'ready');
    });
  });
});

async function serve(text: string, contentType: string): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', contentType).setHeader('Connection', 'close').end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
