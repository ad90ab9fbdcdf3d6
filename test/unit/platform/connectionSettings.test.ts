import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { connectionSettings, type SettingsReader } from '../../../src/platform/connectionSettings.ts';
import type { Settings } from '../../../src/platform/contributions.ts';

function settings(values: Partial<Settings>): SettingsReader {
  return (name) => values[name];
}

describe('connection settings', () => {
  it('are Nomad’s defaults, and every namespace, where nothing is set', () => {
    assert.deepEqual(connectionSettings(settings({}), {}), {
      address: 'http://127.0.0.1:4646',
      addressFrom: 'default',
      namespace: '*',
      region: undefined,
      tls: {},
      httpAuth: undefined,
      environmentToken: undefined,
    });
  });

  it('take the standard variables where a setting is unset or blank', () => {
    const environment = {
      NOMAD_ADDR: 'https://nomad.example.com:4646',
      NOMAD_NAMESPACE: 'team-a',
      NOMAD_REGION: 'eu',
      NOMAD_CACERT: '/ca.pem',
      NOMAD_CAPATH: '/cas',
      NOMAD_CLIENT_CERT: '/cert.pem',
      NOMAD_CLIENT_KEY: '/key.pem',
      NOMAD_TLS_SERVER_NAME: 'server.eu.nomad',
      NOMAD_SKIP_VERIFY: 'true',
      NOMAD_HTTP_AUTH: 'user:word',
      NOMAD_TOKEN: 'token-of-the-environment',
    };
    assert.deepEqual(connectionSettings(settings({ 'nomad.address': '  ', 'nomad.namespace': '' }), environment), {
      address: 'https://nomad.example.com:4646',
      addressFrom: 'environment',
      namespace: 'team-a',
      region: 'eu',
      tls: {
        caFile: '/ca.pem',
        caPath: '/cas',
        certFile: '/cert.pem',
        keyFile: '/key.pem',
        serverName: 'server.eu.nomad',
        skipVerify: true,
      },
      httpAuth: 'user:word',
      environmentToken: 'token-of-the-environment',
    });
  });

  it('prefer what a person set', () => {
    const read = settings({ 'nomad.address': 'http://other:4646', 'nomad.namespace': '*', 'nomad.region': 'us' });
    const { address, addressFrom, namespace, region } = connectionSettings(read, {
      NOMAD_ADDR: 'http://one:4646',
      NOMAD_NAMESPACE: 'team-a',
      NOMAD_REGION: 'eu',
    });
    assert.deepEqual([address, addressFrom, namespace, region], ['http://other:4646', 'setting', '*', 'us']);
  });

  it('never send the environment’s secrets to another address than the environment’s', () => {
    const environment = { NOMAD_ADDR: 'http://one:4646', NOMAD_TOKEN: 'secret', NOMAD_HTTP_AUTH: 'user:word' };
    const other = connectionSettings(settings({ 'nomad.address': 'http://other:4646' }), environment);
    assert.equal(other.environmentToken, undefined);
    assert.equal(other.httpAuth, undefined);
    const same = connectionSettings(settings({ 'nomad.address': 'http://one:4646/' }), environment);
    assert.equal(same.environmentToken, 'secret');
    assert.equal(same.httpAuth, 'user:word');
  });

  it('belong to the default address when only a token is in the environment', () => {
    const environment = { NOMAD_TOKEN: 'secret' };
    assert.equal(connectionSettings(settings({}), environment).environmentToken, 'secret');
    const other = settings({ 'nomad.address': 'https://nomad.example.com' });
    assert.equal(connectionSettings(other, environment).environmentToken, undefined);
  });

  for (const [text, skipVerify] of [
    ['1', true],
    ['T', true],
    ['0', false],
    ['FALSE', false],
    ['yes', undefined],
  ] as const) {
    it(`read NOMAD_SKIP_VERIFY=${text} as Go does`, () => {
      assert.equal(connectionSettings(settings({}), { NOMAD_SKIP_VERIFY: text }).tls.skipVerify, skipVerify);
    });
  }
});
