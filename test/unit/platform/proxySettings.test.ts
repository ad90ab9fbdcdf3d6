import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Environment } from '../../../src/base/proxies.ts';
import { wayOfSettings } from '../../../src/platform/proxySettings.ts';
import type { ProxySettings } from '../../../src/platform/proxySettings.ts';

const unset: ProxySettings = { proxy: '', noProxy: [], support: 'override', strictSsl: true, authorization: undefined };
const cluster = 'http://nomad.example.com:4646';

function wayTo(settings: Partial<ProxySettings>, environment: Environment = {}, address = cluster): string {
  const way = wayOfSettings({ ...unset, ...settings }, environment, new URL(address));
  return way.kind === 'proxy' ? way.shown : way.kind;
}

describe('The way that the editor’s settings name', () => {
  const proxy = 'http://set:3128';
  const environment = { HTTP_PROXY: 'http://environment:3128' };

  it('is the editor’s to find where nothing names one: the system may', () => {
    assert.equal(wayTo({}), 'editor');
    assert.equal(wayTo({}, {}, 'http://127.0.0.1:4646'), 'straight');
  });

  it('is that of http.proxy, before that of the environment', () => {
    assert.equal(wayTo({ proxy }, environment), 'http://set:3128 of http.proxy');
    assert.equal(wayTo({}, environment), 'http://environment:3128 of HTTP_PROXY');
    assert.equal(wayTo({ proxy }, environment, 'http://localhost:4646'), 'straight');
  });

  it('goes by the scheme of the server where the environment names it, as in the CLI', () => {
    assert.equal(wayTo({}, { HTTPS_PROXY: 'http://secure:3128' }), 'straight');
  });

  it('is straight where http.noProxy names the host, or NO_PROXY where that is empty', () => {
    for (const noProxy of ['*', 'example.com', '.example.com', 'nomad.example.com:4646', ' .nomad.example.com ']) {
      assert.equal(wayTo({ proxy, noProxy: [noProxy] }), 'straight', noProxy);
    }
    assert.equal(wayTo({ proxy }, { NO_PROXY: 'example.com' }), 'straight');
    assert.equal(wayTo({ proxy, noProxy: ['other'] }, { NO_PROXY: 'example.com' }), 'http://set:3128 of http.proxy');
    assert.equal(
      wayTo({ noProxy: ['other'] }, { ...environment, NO_PROXY: '*' }),
      'http://environment:3128 of HTTP_PROXY',
    );
  });

  it('is straight where the editor is told to use no proxies', () => {
    assert.equal(wayTo({ proxy, support: 'off' }, environment), 'straight');
  });

  it('is the editor’s where the proxy speaks SOCKS', () => {
    assert.equal(wayTo({ proxy: 'socks5://set:1080' }), 'editor');
    assert.equal(wayTo({}, { HTTP_PROXY: 'socks5://environment:1080' }), 'editor');
    assert.equal(wayTo({ proxy: 'gopher://set' }), 'none');
  });

  it('has the credentials of the proxy, or those of http.proxyAuthorization', () => {
    const authorizationOf = (settings: Partial<ProxySettings>) => {
      const way = wayOfSettings({ ...unset, ...settings }, {}, new URL(cluster));
      return way.kind === 'proxy' ? way.authorization : way.kind;
    };
    assert.equal(authorizationOf({ proxy, authorization: 'Bearer x' }), 'Bearer x');
    assert.equal(authorizationOf({ proxy: 'http://a:b@set:3128', authorization: 'Bearer x' }), 'Basic YTpi');
    assert.equal(authorizationOf({ proxy }), undefined);
  });
});
