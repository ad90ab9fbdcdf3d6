import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ConnectionSettings } from '../../../src/platform/connectionSettings.ts';
import { TlsConsent, trustOfWorkspace } from '../../../src/platform/tlsConsent.ts';

const address = 'https://nomad.example.com:4646';
const settings = { address, tls: { skipVerify: true } } as ConnectionSettings;

describe('trust that a workspace asks for', () => {
  const of = (set: Record<string, unknown>, where = address) =>
    trustOfWorkspace({ address: where }, (name) => set[name]);

  it('is what decides which server is believed', () => {
    assert.deepEqual(of({ 'nomad.tls.skipVerify': true }), ['nomad.tls.skipVerify']);
    assert.deepEqual(of({ 'nomad.tls.caCert': './ca.pem', 'nomad.tls.serverName': 'evil.example.com' }), [
      'nomad.tls.caCert',
      'nomad.tls.serverName',
    ]);
    assert.deepEqual(of({ 'nomad.tls.caPath': '/ca' }), ['nomad.tls.caPath']);
  });

  it('is also what takes away the trust that a person has set', () => {
    assert.deepEqual(of({ 'nomad.tls.caCert': '', 'nomad.tls.serverName': ' ' }), [
      'nomad.tls.caCert',
      'nomad.tls.serverName',
    ]);
    assert.deepEqual(of({ 'nomad.tls.skipVerify': true }, ' HTTPS://nomad.example.com '), ['nomad.tls.skipVerify']);
  });

  it('is nothing where it weakens nothing', () => {
    assert.deepEqual(of({}), []);
    assert.deepEqual(of({ 'nomad.tls.skipVerify': false }), []);
    assert.deepEqual(of({ 'nomad.tls.clientCert': './me.pem', 'nomad.namespace': 'x' }), []);
    assert.deepEqual(of({ 'nomad.tls.skipVerify': true }, 'http://127.0.0.1:4646'), []);
  });

  it('is agreed to for one address with one set of settings', async () => {
    const values = new Map<string, unknown>();
    const state = {
      keys: () => [...values.keys()],
      get: (key: string) => values.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
    };
    const consent = new TlsConsent(state as ConstructorParameters<typeof TlsConsent>[0]);
    assert.equal(consent.isGiven(settings), false);
    await consent.give(settings);
    assert.equal(consent.isGiven(settings), true);
    assert.equal(consent.isGiven({ ...settings, address: 'https://other.example.com:4646' }), false);
    assert.equal(consent.isGiven({ ...settings, tls: { caFile: './ca.pem' } }), false);
    assert.doesNotMatch(state.keys().join(), /example\.com/);
  });
});
