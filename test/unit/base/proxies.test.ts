import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseProxy, wayOfEnvironment } from '../../../src/base/proxies.ts';
import type { Environment, Way } from '../../../src/base/proxies.ts';

/** The proxy in short: `straight`, `host:port`, or why there is none. */
function short(way: Way): string {
  if (way.kind === 'proxy') return `${way.secure ? 'https:' : ''}${way.host}:${String(way.port)}`;
  return way.kind === 'none' ? way.why : way.kind;
}

const wayTo = (environment: Environment, address: string) => short(wayOfEnvironment(environment, new URL(address)));

describe('The way that the environment names', () => {
  const both = { HTTP_PROXY: 'http://plain:3128', HTTPS_PROXY: 'http://secure:3128' };

  it('is straight where it names none', () => {
    assert.equal(wayTo({}, 'http://nomad.example.com:4646'), 'straight');
    assert.equal(wayTo({ HTTP_PROXY: '' }, 'http://nomad.example.com:4646'), 'straight');
  });

  it('goes by the scheme of the server', () => {
    assert.equal(wayTo(both, 'http://nomad.example.com:4646'), 'plain:3128');
    assert.equal(wayTo(both, 'https://nomad.example.com:4646'), 'secure:3128');
    assert.equal(wayTo({ HTTPS_PROXY: 'http://secure:3128' }, 'http://nomad.example.com:4646'), 'straight');
    assert.equal(wayTo({ HTTP_PROXY: 'http://plain:3128' }, 'https://nomad.example.com:4646'), 'straight');
  });

  it('may be named in small letters, after those in capitals', () => {
    assert.equal(wayTo({ http_proxy: 'http://small:1' }, 'http://n.example:4646'), 'small:1');
    assert.equal(wayTo({ http_proxy: 'http://small:1', HTTP_PROXY: 'http://big:2' }, 'http://n.example:4646'), 'big:2');
    assert.equal(wayTo({ ...both, no_proxy: 'n.example', NO_PROXY: 'other' }, 'http://n.example:4646'), 'plain:3128');
  });

  it('is straight to this machine', () => {
    for (const host of ['localhost', '127.0.0.1', '127.0.0.2', '127.1', '[::1]', '[::ffff:127.0.0.1]']) {
      assert.equal(wayTo(both, `http://${host}:4646`), 'straight', host);
    }
    for (const host of ['localhost.example.com', 'nomad.localhost', '128.0.0.1', '[::2]', '0.0.0.0']) {
      assert.equal(wayTo(both, `http://${host}:4646`), 'plain:3128', host);
    }
  });

  /** What NO_PROXY says, a host with a port, and whether that is reached without proxy: as Go decides. */
  const exceptions: [string, string, boolean][] = [
    ['*', 'n.example:4646', true],
    ['a.example, *', 'n.example:4646', true],
    ['n.example', 'n.example:4646', true],
    [' N.Example ', 'n.example:4646', true],
    ['example', 'n.example:4646', true],
    ['xample', 'n.example:4646', false],
    ['.example', 'n.example:4646', true],
    ['*.example', 'n.example:4646', true],
    ['.n.example', 'n.example:4646', false],
    ['*.n.example', 'n.example:4646', false],
    ['*.n.example', 'x.n.example:4646', true],
    ['n.example:4646', 'n.example:4646', true],
    ['n.example:4647', 'n.example:4646', false],
    ['n.example:80', 'n.example', true],
    ['other,n.example', 'n.example:4646', true],
    ['other;n.example', 'n.example:4646', false],
    ['', 'n.example:4646', false],
    ['.', 'n.example:4646', false],
    [':4646', 'n.example:4646', false],
    ['10.0.0.1', '10.0.0.1:4646', true],
    ['10.0.0.1:4646', '10.0.0.1:4646', true],
    ['10.0.0.1:1', '10.0.0.1:4646', false],
    ['10.0.0.1', '10.0.0.10:4646', false],
    ['0.0.1', '10.0.0.1:4646', false],
    ['10.0.0.0/8', '10.200.0.1:4646', true],
    ['10.0.0.0/8', '11.0.0.1:4646', false],
    ['10.0.0.0/33', '10.0.0.1:4646', false],
    ['10.0.0.0/8', 'ten.example:4646', false],
    ['0.0.0.0/0', '10.0.0.1:4646', true],
    ['fd00::/8', '[fd12::1]:4646', true],
    ['fd12::1', '[fd12::1]:4646', true],
    ['[fd12::1]:4646', '[fd12::1]:4646', true],
    ['[fd12::1]:1', '[fd12::1]:4646', false],
    ['fd12::2', '[fd12::1]:4646', false],
  ];
  for (const [noProxy, host, isStraight] of exceptions) {
    it(`is ${isStraight ? 'straight' : 'through the proxy'} to ${host} with NO_PROXY "${noProxy}"`, () => {
      assert.equal(wayTo({ ...both, NO_PROXY: noProxy }, `http://${host}`), isStraight ? 'straight' : 'plain:3128');
    });
  }
});

describe('The address of a proxy', () => {
  const parse = (text: string) => parseProxy(text, { name: 'HTTP_PROXY', exception: 'NO_PROXY' });

  it('needs neither scheme nor port', () => {
    assert.equal(short(parse('proxy:3128')), 'proxy:3128');
    assert.equal(short(parse('proxy.example')), 'proxy.example:80');
    assert.equal(short(parse('http://proxy.example')), 'proxy.example:80');
    assert.equal(short(parse(' HTTPS://proxy.example/ ')), 'https:proxy.example:443');
    assert.equal(short(parse('http://[fd00::1]:3128')), 'fd00::1:3128');
  });

  it('may have credentials, which are not shown', () => {
    const way = parse('http://us%40er:pa%3Ass@proxy:3128');
    assert.equal(way.kind, 'proxy');
    assert.equal(way.shown, 'http://proxy:3128 of HTTP_PROXY');
    assert.equal(way.authorization, `Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`);
    assert.doesNotMatch(way.shown + way.advice, /pa(?:%3A|:)ss|us(?:%40|@)er/);
  });

  it('is refused where it can not be used, without a word of what may be a password', () => {
    const wrong = [
      'socks5://user:secret@proxy:1080',
      'ftp://user:secret@proxy',
      'http://user:secret@',
      'http://user:secret@a b',
    ];
    for (const text of wrong) {
      const why = short(parse(text));
      assert.match(why, /^The proxy of HTTP_PROXY (?:has the scheme "\w+"; only http|is not a valid address)/, text);
      assert.match(why, /NO_PROXY\.$/);
      assert.doesNotMatch(why, /secret|user/);
    }
  });
});
