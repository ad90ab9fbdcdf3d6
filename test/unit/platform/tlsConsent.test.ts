import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { ConnectionSettings } from '../../../src/platform/connectionSettings.ts';
import { fingerprint, TlsConsent, trustOfWorkspace } from '../../../src/platform/tlsConsent.ts';

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
    const { consent, state } = makeConsent();
    assert.equal(consent.isGiven(settings), false);
    await consent.give(settings);
    assert.equal(consent.isGiven(settings), true);
    assert.equal(consent.isGiven({ ...settings, address: 'https://other.example.com:4646' }), false);
    assert.equal(consent.isGiven({ ...settings, tls: { caFile: './ca.pem' } }), false);
    assert.doesNotMatch(state.keys().join(), /example\.com/);
  });

  it('is for what the authorities are, and said to have changed when their files hold something else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nomad-consent-'));
    try {
      const file = join(folder, 'ca.pem');
      for (const tls of [{ caFile: file }, { caPath: folder }]) {
        writeFileSync(file, 'one');
        const { consent, state } = makeConsent();
        assert.deepEqual(
          [consent.isGiven({ ...settings, tls }), consent.hasChanged({ ...settings, tls })],
          [false, false],
        );
        await consent.give({ ...settings, tls });
        assert.deepEqual(
          [consent.isGiven({ ...settings, tls }), consent.hasChanged({ ...settings, tls })],
          [true, false],
        );
        writeFileSync(file, 'another');
        assert.deepEqual(
          [consent.isGiven({ ...settings, tls }), consent.hasChanged({ ...settings, tls })],
          [false, true],
        );
        assert.match(fingerprint({ ...settings, tls }), /^[0-9a-f]{64}$/);
        assert.doesNotMatch(JSON.stringify(state.keys().map((key) => state.get(key))), /one|another/);
        rmSync(file);
        assert.equal(consent.isGiven({ ...settings, tls }), false);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is asked for again where it was given before the files counted', async () => {
    const { consent, values } = makeConsent();
    await consent.give(settings);
    for (const key of values.keys()) values.set(key, true);
    assert.deepEqual([consent.isGiven(settings), consent.hasChanged(settings)], [false, false]);
  });
});

function makeConsent() {
  const values = new Map<string, unknown>();
  const state = {
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  };
  return { values, state, consent: new TlsConsent(state as ConstructorParameters<typeof TlsConsent>[0]) };
}
