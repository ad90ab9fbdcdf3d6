import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { FullNomadClient } from '../../src/nomad/fullClient.ts';
import { contractWithAcl } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { startProvider } from './support/provider.ts';
import type { Provider } from './support/provider.ts';
import { raw } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const callback = 'http://127.0.0.1:4649/oidc/callback';

contractWithAcl('logins by browser', (c) => {
  let provider: Provider;
  let nobody: FullNomadClient;

  const post = async (path: string, body: unknown) => {
    const { status, body: text } = await raw(c, path, { method: 'POST', body: JSON.stringify(body) });
    assert.equal(status, 200, text);
  };

  before(async () => {
    provider = await startProvider({ team: 'a' });
    nobody = new FullNomadClient({ ...c.target.connection, token: undefined });
    await post('/v1/acl/policy/reader', { Name: 'reader', Rules: 'namespace "default" {\n  policy = "read"\n}' });
    await post('/v1/acl/auth-method', {
      Name: 'people',
      Type: 'OIDC',
      TokenLocality: 'local',
      MaxTokenTTL: '1h',
      Default: true,
      Config: {
        OIDCDiscoveryURL: provider.issuer,
        OIDCClientID: provider.clientId,
        OIDCClientSecret: 'client-secret',
        BoundAudiences: [provider.clientId],
        AllowedRedirectURIs: [callback],
        SigningAlgs: ['RS256'],
        ClaimMappings: { team: 'team' },
      },
    });
    await post('/v1/acl/binding-rule', {
      AuthMethod: 'people',
      BindType: 'policy',
      BindName: 'reader',
      Selector: 'value.team == "a"',
    });
  });

  after(async () => {
    nobody.dispose();
    await provider.dispose();
  });

  it('lead to the provider, and back with a token', async () => {
    holds('acl.oidcAuthUrl', 'acl.completeOidc');
    const nonce = 'nonce-of-the-first-login';
    const { value } = await nobody.acl.oidcAuthUrl('people', callback, nonce);
    const url = new URL(value.AuthURL);
    assert.equal(`${url.origin}${url.pathname}`, `${provider.issuer}/authorize`);
    assert.deepEqual(
      [url.searchParams.get('client_id'), url.searchParams.get('redirect_uri')],
      [provider.clientId, callback],
    );
    const { value: token } = await nobody.acl.completeOidc('people', callback, nonce, provider.login(value.AuthURL));
    assert.deepEqual([token.Type, token.Policies], ['client', ['reader']]);
    const own = new FullNomadClient({ ...c.target.connection, token: token.SecretID });
    try {
      assert.deepEqual((await own.jobs.list()).value, []);
    } finally {
      own.dispose();
    }
  });

  it('go nowhere that the method does not allow', async () => {
    holds('acl.oidcAuthUrl fails');
    const elsewhere = nobody.acl.oidcAuthUrl('people', 'http://127.0.0.1:4649/elsewhere', 'some-nonce');
    await assertRefused(elsewhere, 500, /unauthorized redirect_uri$/, 'rejected');
  });

  it('end only what began', async () => {
    holds('acl.completeOidc fails');
    const ended = nobody.acl.completeOidc('people', callback, 'a-nonce-of-nobody', {
      state: 'state-1',
      code: 'code-1',
    });
    await assert.rejects(ended, (error: Error) => {
      assert.doesNotMatch(error.message, /a-nonce-of-nobody|state-1|code-1/);
      return true;
    });
  });
});
