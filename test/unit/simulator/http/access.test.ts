import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withSimulator } from './http.ts';

interface Created {
  readonly SecretID: string;
  readonly AccessorID: string;
}

const as = (token: string) => ({ 'X-Nomad-Token': token });

describe('access control', () => {
  it('is bootstrapped once', () =>
    withSimulator({ acl: {} }, async ({ call }) => {
      assert.equal((await call('GET', '/v1/jobs')).status, 403);
      const bad = await call('PUT', '/v1/acl/bootstrap', { BootstrapSecret: 'short' });
      assert.deepEqual([bad.status, bad.text], [400, 'invalid acl token']);
      const first = await call('PUT', '/v1/acl/bootstrap');
      const { SecretID } = JSON.parse(first.text) as Created;
      const again = await call('PUT', '/v1/acl/bootstrap');
      const index = first.headers.get('X-Nomad-Index') ?? '';
      assert.deepEqual([again.status, again.text], [400, `ACL bootstrap already done (reset index: ${index})`]);
      assert.equal((await call('GET', '/v1/jobs', undefined, as(SecretID))).status, 200);
    }));

  it('is off without being asked for', () =>
    withSimulator({}, async ({ call }) => {
      for (const path of ['/v1/acl/policies', '/v1/acl/auth-methods', '/v1/acl/tokens', '/v1/acl/policy/self']) {
        const reply = await call('GET', path);
        assert.deepEqual([reply.status, reply.text], [400, 'ACL support disabled'], path);
      }
    }));

  it('reads policies as they are written, and shows a token its own only', () =>
    withSimulator({ acl: { token: 'root' } }, async ({ call }) => {
      const policy = (name: string, Rules: string) =>
        call('PUT', `/v1/acl/policy/${name}`, { Name: name, Rules }, as('root'));
      const rules = `
        # comments are skipped
        namespace "default" {
          capabilities = ["list-jobs"]
          variables { path "app/*" { capabilities = ["read", "write"] } }
        }
        node_pool "gpu*" { policy = "read" }
        node { policy = "write" }`;
      assert.equal((await policy('mixed', rules)).status, 200);
      assert.equal((await policy('other', 'agent { policy = "read" }')).status, 200);
      assert.match((await policy('bad', 'namespace {')).text, /At 1:13: object expected closing RBRACE got: EOF/);
      assert.match((await policy('bad', 'namespace "x" { policy = "wibble" }')).text, /Invalid namespace policy: /);
      const body = { Name: 'someone', Type: 'client', Policies: ['mixed'] };
      const { SecretID } = JSON.parse((await call('POST', '/v1/acl/token', body, as('root'))).text) as Created;
      const mine = await call('GET', '/v1/acl/policies', undefined, as(SecretID));
      assert.deepEqual(
        (JSON.parse(mine.text) as { Name: string }[]).map(({ Name }) => Name),
        ['mixed'],
      );
      assert.equal((await call('GET', '/v1/acl/policy/other', undefined, as(SecretID))).status, 403);
      const mayCall = async (method: string, path: string, given?: unknown) =>
        (await call(method, path, given, as(SecretID))).status < 300;
      assert.ok(await mayCall('PUT', '/v1/var/app/config', { Items: { key: 'value' } }));
      assert.ok(!(await mayCall('DELETE', '/v1/var/app/config')));
      assert.ok(!(await mayCall('GET', '/v1/var/other')));
      assert.ok(await mayCall('GET', '/v1/nodes'));
      await call('POST', '/v1/node/pools', { Name: 'gpu-1' }, as('root'));
      const pools = JSON.parse((await call('GET', '/v1/node/pools', undefined, as(SecretID))).text) as {
        Name: string;
      }[];
      assert.deepEqual(
        pools.map(({ Name }) => Name),
        ['gpu-1'],
      );
    }));

  it('gives a token for a known JWT, and says why not for others', () =>
    withSimulator({ acl: { token: 'root', logins: { 'a.b.c': { policies: ['reader'] } } } }, async ({ call }) => {
      const method = { Name: 'ci', Type: 'JWT', Default: true };
      assert.equal((await call('POST', '/v1/acl/auth-method', method, as('root'))).status, 200);
      const listed = JSON.parse((await call('GET', '/v1/acl/auth-methods')).text) as (typeof method)[];
      assert.deepEqual(
        listed.map(({ Name, Type, Default }) => ({ Name, Type, Default })),
        [method],
      );
      const login = (LoginToken: string) => call('POST', '/v1/acl/login', { AuthMethodName: 'ci', LoginToken });
      const { SecretID } = JSON.parse((await login('a.b.c')).text) as Created;
      const self = await call('GET', '/v1/acl/token/self', undefined, as(SecretID));
      assert.deepEqual((JSON.parse(self.text) as { Policies: string[] }).Policies, ['reader']);
      const wrong = await login('x.y.z');
      assert.equal(wrong.status, 401);
      assert.match(wrong.text, /^unable to validate provided token: /);
      const unknown = await call('POST', '/v1/acl/login', { AuthMethodName: 'nope', LoginToken: 'x' });
      assert.deepEqual([unknown.status, unknown.text], [400, 'auth-method "nope" not found']);
      const empty = await call('POST', '/v1/acl/oidc/auth-url', {});
      const missing = ['auth method name', 'client nonce', 'redirect URI'].map((name) => `\t* missing ${name}\n`);
      assert.equal(empty.text, `invalid OIDC auth-url request: 3 errors occurred:\n${missing.join('')}\n`);
    }));

  it('exchanges a one-time secret once', () =>
    withSimulator({ acl: { token: 'root' } }, async ({ call }) => {
      const made = await call('POST', '/v1/acl/token/onetime', undefined, as('root'));
      const { OneTimeToken } = JSON.parse(made.text) as { OneTimeToken: { OneTimeSecretID: string } };
      const exchange = () => call('POST', '/v1/acl/token/onetime/exchange', OneTimeToken);
      const { Token } = JSON.parse((await exchange()).text) as { Token: Created };
      assert.equal(Token.SecretID, 'root');
      assert.equal((await exchange()).status, 403);
    }));

  it('hides variables, and the items of one that is in the way', () => {
    const tokens = {
      lister: { variables: { default: { 'app/*': ['list'] } } },
      writer: { variables: { default: { 'app/*': ['write'] } } },
    };
    return withSimulator({ acl: { token: 'root', tokens } }, async ({ call }) => {
      await call('PUT', '/v1/var/app/config', { Items: { key: 'value' } }, as('root'));
      await call('PUT', '/v1/var/other', { Items: { key: 'value' } }, as('root'));
      const paths = async (token: string) =>
        (JSON.parse((await call('GET', '/v1/vars', undefined, as(token))).text) as { Path: string }[]).map(
          ({ Path }) => Path,
        );
      assert.deepEqual(await paths('root'), ['app/config', 'other']);
      assert.deepEqual(await paths('lister'), ['app/config']);
      assert.deepEqual(await paths('writer'), []);
      assert.equal((await call('GET', '/v1/var/app/config', undefined, as('lister'))).status, 403);
      const conflict = await call('PUT', '/v1/var/app/config?cas=0', { Items: { key: 'new' } }, as('writer'));
      assert.equal(conflict.status, 409);
      assert.ok(!conflict.text.includes('Items'));
    });
  });
});
