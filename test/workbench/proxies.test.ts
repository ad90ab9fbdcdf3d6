import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Way } from '../../src/base/proxies.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { makeCertificateFiles, serverName } from '../support/certificates.ts';
import type { CertificateFiles } from '../support/certificates.ts';
import { startProxy } from '../support/proxy.ts';
import type { TestProxy } from '../support/proxy.ts';
import { setSetting } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';

const management = '00000000-0000-4000-8000-00000000ac15';

/** Changes a setting of the editor for proxies, and waits until the extension host was told. */
async function setHttp(name: 'proxy' | 'noProxy' | 'proxySupport', value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('http');
  if (JSON.stringify(configuration.inspect(name)?.globalValue) === JSON.stringify(value)) return;
  const told = new Promise<void>((resolve) => {
    const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(`http.${name}`)) return;
      subscription.dispose();
      resolve();
    });
  });
  await configuration.update(name, value, vscode.ConfigurationTarget.Global);
  await told;
}

describe('proxies', () => {
  let session: Session;
  let files: CertificateFiles;
  let proxy: TestProxy;
  const clusters: Partial<Record<'http' | 'https', TestCluster>> = {};

  before(async () => {
    session = await Session.open();
    files = await makeCertificateFiles();
    proxy = await startProxy();
    const tls = {
      cert: readFileSync(files.serverCertFile, 'utf8'),
      key: readFileSync(files.serverKeyFile, 'utf8'),
      ca: readFileSync(files.caFile, 'utf8'),
      requestCert: true,
      rejectUnauthorized: true,
    };
    for (const scheme of ['http', 'https'] as const) {
      const cluster = await startCluster({
        rawExec: true,
        acl: { token: management },
        ...(scheme === 'https' ? { tls } : {}),
      });
      clusters[scheme] = cluster;
      await cluster.register(jobspec('web', { driver: 'raw_exec' }));
      await cluster.register(jobspec('other'));
    }
  });

  afterEach(async () => {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) Reflect.deleteProperty(process.env, name);
    await session.leave();
    for (const name of ['caCert', 'clientCert', 'clientKey', 'serverName'] as const) {
      await setSetting(`nomad.tls.${name}`, undefined);
    }
    for (const name of ['proxy', 'noProxy', 'proxySupport'] as const) await setHttp(name, undefined);
    session.workbench.current.disconnect();
    proxy.asked.length = 0;
  });

  after(async () => {
    await session.close();
    for (const cluster of Object.values(clusters)) await cluster.close();
    await proxy.close();
    await files.dispose();
  });

  /** The address of a cluster under a name that the proxy alone knows, with its token and what TLS needs. */
  async function named(scheme: 'http' | 'https'): Promise<string> {
    const port = new URL(clusters[scheme]?.address ?? '').port;
    const address = `${scheme}://nomad.example:${port}`;
    await session.workbench.tokens.set(address, management);
    if (scheme === 'https') {
      await setSetting('nomad.tls.caCert', files.caFile);
      await setSetting('nomad.tls.clientCert', files.clientCertFile);
      await setSetting('nomad.tls.clientKey', files.clientKeyFile);
      await setSetting('nomad.tls.serverName', serverName);
    }
    return address;
  }

  /** Reads, hears events, writes and runs a command, as the extension does. */
  async function useAll(address: string): Promise<void> {
    const { client } = await session.connect(address);
    const [running] = await session.running('web');
    const place = { namespace: 'default', region: undefined };
    await client.jobs.stop('other', place);
    const exec = client.allocations.exec(running?.id ?? '', {
      task: 'main',
      command: ['/bin/sh', '-c', 'exit 7'],
      tty: true,
      ...place,
    });
    assert.deepEqual(await exec.ended, { kind: 'exited', exitCode: 7 });
  }

  for (const scheme of ['http', 'https'] as const) {
    for (const from of ['http.proxy', `${scheme.toUpperCase()}_PROXY`]) {
      it(`of ${from} are used for all that is asked of an ${scheme} cluster`, async () => {
        const address = await named(scheme);
        if (from === 'http.proxy') await setHttp('proxy', proxy.address);
        else process.env[from] = proxy.address;
        await useAll(address);
        const asked = proxy.asked.map(({ method, url }) => `${method} ${url.replace(/\?.*/, '')}`);
        const authority = new URL(address).host;
        if (scheme === 'http') {
          const ways = [`GET ${address}/v1/event/stream`, `DELETE ${address}/v1/job/other`, `CONNECT ${authority}`];
          for (const way of ways) assert.ok(asked.includes(way), `${way} is not in ${asked.join('\n')}`);
        } else {
          assert.deepEqual([...new Set(asked)], [`CONNECT ${authority}`]);
          assert.ok(proxy.read().includes(`CONNECT ${authority}`));
        }
      });
    }
  }

  it('see no token of a cluster that is spoken to over TLS', async () => {
    const mine = await startProxy();
    try {
      const address = await named('https');
      await setHttp('proxy', mine.address);
      await useAll(address);
      assert.match(mine.read(), /^CONNECT nomad\.example:/);
      assert.doesNotMatch(mine.read(), new RegExp(`${management}|X-Nomad`, 'i'));
    } finally {
      await mine.close();
    }
  });

  it('are used from the moment on when they are set, and told where they fail', async () => {
    const address = await named('http');
    await session.tryToConnect(address);
    await session.welcome('dns');
    await setHttp('proxy', proxy.address);
    await session.state('live');
    const gone = await startProxy();
    await gone.close();
    await setHttp('proxy', gone.address.replace('://', '://person:s3cret@'));
    await session.welcome('unreachable');
    assert.equal(
      session.cause(),
      `The proxy ${gone.address} of http.proxy can't be reached: the connection was refused (ECONNREFUSED). ` +
        "Set http.proxy right, or name the cluster's host in http.noProxy.",
    );
  });

  it('are left out for hosts of http.noProxy, and where they are switched off', async () => {
    const address = await named('http');
    await setHttp('proxy', proxy.address);
    await setHttp('noProxy', ['nomad.example']);
    await session.tryToConnect(address);
    await session.welcome('dns');
    await setHttp('noProxy', undefined);
    await session.state('live');
    await setHttp('proxySupport', 'off');
    await session.welcome('dns');
  });

  describe('that the editor puts before http and https', () => {
    const seen: string[] = [];
    const connections = { count: 0 };
    const closers: (() => Promise<void>)[] = [];
    let addresses: Record<'http' | 'https', string>;

    before(async function () {
      // An address that is this machine's for Nomad and Linux, but another's for the editor.
      if (process.platform !== 'linux') {
        console.log('Skipped: 127.0.0.2 is an address of this machine on Linux only');
        this.skip();
      }
      const tls = {
        cert: readFileSync(files.serverCertFile),
        key: readFileSync(files.serverKeyFile),
        ca: readFileSync(files.caFile),
        requestCert: true,
        rejectUnauthorized: true,
      };
      const listen = async (scheme: 'http' | 'https') => {
        const server = scheme === 'http' ? createServer() : createTlsServer(tls);
        server.on('connection', () => {
          connections.count += 1;
        });
        server.on('request', ({ socket, method, url }, response) => {
          const subject = socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : 'nobody';
          seen.push(`${String(method)} ${String(url).replace(/\?.*/, '')} ${String(subject)}`);
          response.writeHead(200, { 'Content-Type': 'application/json' });
          if (url?.includes('/event/') === true) response.write('{"Index":7,"Events":[]}\n');
          else response.end(method === 'GET' ? '[]' : '{}');
        });
        server.on('upgrade', ({ socket, url }, upgraded) => {
          const subject = socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : 'nobody';
          seen.push(`exec ${String(url).replace(/\?.*/, '')} ${String(subject)}`);
          upgraded.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 17\r\n\r\nPermission denied');
        });
        await new Promise<void>((resolve) => {
          server.listen(0, '127.0.0.2', resolve);
        });
        closers.push(
          () =>
            new Promise((resolve) => {
              server.close(() => {
                resolve();
              });
              server.closeAllConnections();
            }),
        );
        return `${scheme}://127.0.0.2:${String((server.address() as AddressInfo).port)}`;
      };
      addresses = { http: await listen('http'), https: await listen('https') };
    });

    after(async () => {
      for (const close of closers) await close();
    });

    const everything = (who: string) => [
      `GET /v1/jobs ${who}`,
      `GET /v1/jobs ${who}`,
      `GET /v1/jobs ${who}`,
      `DELETE /v1/job/web ${who}`,
      `GET /v1/event/stream ${who}`,
      `exec /v1/client/allocation/a/exec ${who}`,
    ];

    async function ask(address: string, findWay?: (url: URL) => Way): Promise<number> {
      seen.length = 0;
      connections.count = 0;
      const tls = {
        caFile: files.caFile,
        certFile: files.clientCertFile,
        keyFile: files.clientKeyFile,
        serverName,
      };
      const client = new NomadClient({ address, tls }, { findWay });
      try {
        for (let count = 0; count < 3; count += 1) await client.jobs.list();
        await client.jobs.stop('web');
        const ending = new AbortController();
        for await (const batch of client.events.stream({ topics: ['Job'], signal: ending.signal })) {
          assert.notEqual(batch, 'heartbeat');
          ending.abort();
        }
        const end = await client.allocations.exec('a', { task: 't', command: ['x'], tty: false }).ended;
        assert.equal(end.kind === 'closed' && end.error.kind, 'denied');
        return connections.count;
      } finally {
        client.dispose();
      }
    }

    for (const [scheme, who] of [
      ['http', 'nobody'],
      ['https', 'client.global.nomad'],
    ] as const) {
      it(`take neither the certificate nor the sockets of ours from ${scheme}`, async () => {
        assert.equal(await ask(addresses[scheme]), 4, 'the reads share one connection');
        assert.deepEqual(seen, everything(who));
      });

      it(`are asked for the way once where it is theirs to find, over ${scheme}`, async () => {
        assert.equal(await ask(addresses[scheme], () => ({ kind: 'editor' })), 5, 'the second read goes straight');
        assert.deepEqual(seen, everything(who));
      });

      it(`lead through what they found, over ${scheme}`, async () => {
        const address = addresses[scheme].replace('127.0.0.2', 'nomad.example');
        const leading = await startProxy({ host: '127.0.0.2' });
        try {
          await setHttp('proxy', leading.address);
          await ask(address, () => ({ kind: 'editor' }));
          assert.deepEqual(seen, everything(who));
          assert.equal(leading.asked.length, 6);
        } finally {
          await leading.close();
        }
      });
    }
  });
});
