import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { after, before, it } from 'mocha';
import { FullNomadClient } from '../../src/nomad/fullClient.ts';
import { contract, contractWithAcl } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, unknownId } from './support/jobs.ts';
import { raw } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const denied = 'Permission denied';
const callback = 'http://127.0.0.1:4649/oidc/callback';

contractWithAcl('policies and logins', (c) => {
  const clients: FullNomadClient[] = [];
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let reader: FullNomadClient;

  const as = (token: string | undefined) => {
    const client = new FullNomadClient({ ...c.target.connection, token });
    clients.push(client);
    return client;
  };

  const post = async (path: string, body: unknown) => {
    const { status, body: text } = await raw(c, path, { method: 'POST', body: JSON.stringify(body) });
    assert.equal(status, 200, text);
    return text;
  };

  const jwt = (claims: object) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), keys.privateKey).toString('base64url')}`;
  };

  const claims = (more: object = {}) => {
    const now = Math.floor(Date.now() / 1000);
    return { iss: 'test-issuer', aud: 'nomad', sub: 'bob', iat: now - 10, nbf: now - 10, exp: now + 600, ...more };
  };

  before(async () => {
    const rules = 'namespace "default" {\n  policy = "read"\n}';
    await post('/v1/acl/policy/reader', { Name: 'reader', Description: 'Reads', Rules: rules });
    await post('/v1/acl/policy/other', { Name: 'other', Description: '', Rules: 'node {\n  policy = "read"\n}' });
    const token = await post('/v1/acl/token', { Name: 'reader', Type: 'client', Policies: ['reader'] });
    reader = as((JSON.parse(token) as { SecretID: string }).SecretID);
    await post('/v1/acl/auth-method', {
      Name: 'machines',
      Type: 'JWT',
      TokenLocality: 'local',
      MaxTokenTTL: '1h',
      Default: true,
      Config: {
        JWTValidationPubKeys: [keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
        BoundIssuer: ['test-issuer'],
        BoundAudiences: ['nomad'],
        ClaimMappings: { team: 'team' },
      },
    });
    await post('/v1/acl/binding-rule', {
      AuthMethod: 'machines',
      BindType: 'policy',
      BindName: 'reader',
      Selector: 'value.team == "a"',
    });
  });

  after(() => {
    for (const client of clients) client.dispose();
  });

  it('lists the policies of a token, and all for a management token', async () => {
    holds('acl.policies', 'acl.policies fails');
    const names = async (client: FullNomadClient) => (await client.acl.policies()).value.map(({ Name }) => Name).sort();
    assert.deepEqual(await names(c.client), ['other', 'reader']);
    assert.deepEqual(await names(reader), ['reader']);
    await assertRefused(as(unknownId).acl.policies(), 403, denied, 'denied');
  });

  it('reads a policy that the token has', async () => {
    holds('acl.policy', 'acl.policy fails');
    const { value } = await reader.acl.policy('reader');
    assert.deepEqual([value.Name, value.Description], ['reader', 'Reads']);
    assert.match(value.Rules, /namespace "default"/);
    await assertRefused(reader.acl.policy('other'), 403, denied, 'denied');
    await assertRefused(c.client.acl.policy('nope'), 404, 'ACL policy not found', 'notFound');
  });

  it('tells everyone how to log in', async () => {
    holds('acl.authMethods');
    const { value } = await as(undefined).acl.authMethods();
    assert.deepEqual(
      value.map(({ Name, Type, Default }) => [Name, Type, Default]),
      [['machines', 'JWT', true]],
    );
  });

  it('gives a token for a JWT', async () => {
    holds('acl.loginWithJwt');
    const { value } = await as(undefined).acl.loginWithJwt('machines', jwt(claims({ team: 'a' })));
    assert.deepEqual([value.Type, value.Policies], ['client', ['reader']]);
    assert.ok(Date.parse(value.ExpirationTime ?? '') > Date.now());
    const own = as(value.SecretID);
    assert.deepEqual((await own.jobs.list()).value, []);
    const { value: self } = await own.agent.tokenSelf();
    assert.equal(self.AccessorID, value.AccessorID);
    assert.ok(!('SecretID' in self));
  });

  it('gives none for a JWT that nobody is bound to, or that is not good', async () => {
    holds('acl.loginWithJwt fails');
    const login = (text: string, method = 'machines') => as(undefined).acl.loginWithJwt(method, text);
    const unbound = 'no role or policy bindings matched';
    await assertRefused(login(jwt(claims({ team: 'b' }))), 400, unbound, 'rejected');
    await assert.rejects(login(jwt(claims({ team: 'a', aud: 'other' }))), { kind: 'denied', status: 401 });
    await assert.rejects(login(`${jwt(claims()).slice(0, -8)}AAAAAAAA`), { kind: 'denied', status: 401 });
    await assertRefused(login('x', 'nope'), 400, 'auth-method "nope" not found', 'rejected');
    await assertRefused(
      login(''),
      400,
      /^invalid login request: 1 error occurred:\n\t\* missing login token/,
      'rejected',
    );
  });

  it('keeps what a login sends out of its errors', async () => {
    const text = jwt(claims({ team: 'b' }));
    await assert.rejects(as(undefined).acl.loginWithJwt('nope', text), (error: Error) => {
      assert.ok(!JSON.stringify(error).includes(text) && !error.message.includes(text));
      return true;
    });
  });

  it('has no login by browser for a method that is not there', async () => {
    holds('acl.oidcAuthUrl fails', 'acl.completeOidc fails');
    const { acl } = as(undefined);
    const words = 'auth-method "nope" not found';
    await assertRefused(acl.oidcAuthUrl('nope', callback, 'abc'), 400, words, 'rejected');
    const back = { state: 'state-1', code: 'code-1' };
    await assertRefused(acl.completeOidc('nope', callback, 'abc', back), 400, words, 'rejected');
    const missing = /^invalid OIDC auth-url request: 1 error occurred:\n\t\* missing client nonce/;
    await assertRefused(acl.oidcAuthUrl('nope', callback, ''), 400, missing, 'rejected');
  });

  it('gives tokens an end', async () => {
    const made = await post('/v1/acl/token', {
      Name: 'brief',
      Type: 'client',
      Policies: ['reader'],
      ExpirationTTL: '1m0s',
    });
    const { SecretID, ExpirationTime } = JSON.parse(made) as { SecretID: string; ExpirationTime: string };
    assert.ok(Date.parse(ExpirationTime) > Date.now());
    assert.deepEqual((await as(SecretID).agent.tokenSelf()).value.Policies, ['reader']);
  });

  it('lets finer rights do their part, since 1.11', async function () {
    holds('Changing a deployment is said to need the right to submit jobs, and since 1.11 finer rights do as well');
    c.needs(this, 1, 11, 'capabilities for single writes');
    const rules = 'namespace "default" {\n  capabilities = ["read-job", "plan-job"]\n}';
    await post('/v1/acl/policy/planner', { Name: 'planner', Rules: rules });
    const made = await post('/v1/acl/token', { Name: 'planner', Type: 'client', Policies: ['planner'] });
    const planner = as((JSON.parse(made) as { SecretID: string }).SecretID);
    const job = batch(c.id('planned'));
    assert.equal((await planner.jobs.plan(job)).value.JobModifyIndex, 0);
    await assertRefused(planner.jobs.register(job), 403, denied, 'denied');
  });

  it('denies a reader what operators and nodes need rights for', async () => {
    holds(
      'agent.members fails',
      'operator.schedulerConfiguration fails',
      'operator.collectGarbage fails',
      'operator.reconcileSummaries fails',
    );
    const refused = (request: Promise<unknown>) => assertRefused(request, 403, denied, 'denied');
    const { client } = c;
    const { value: nodes } = await client.nodes.list();
    const node = nodes[0]?.ID ?? '';
    await refused(reader.nodes.list());
    await refused(reader.nodes.setEligibility(node, false));
    await refused(reader.nodes.drain(node, { deadline: 'now' }));
    await refused(reader.nodes.purge(node));
    await refused(reader.nodes.stats(node));
    await refused(reader.operator.schedulerConfiguration());
    await refused(reader.operator.collectGarbage());
    await refused(reader.operator.reconcileSummaries());
    await refused(reader.agent.self());
    await refused(reader.agent.members());
    await refused(reader.variables.read('x'));
    await refused(reader.variables.write('x', { a: '1' }));
    await refused(reader.services.delete('x', 'y'));
    await refused(reader.search.prefix('x', 'nodes'));
    await refused(reader.namespaces.read('nope'));
    assert.deepEqual((await reader.variables.list()).value, []);
    assert.equal((await reader.agent.health()).value.server?.ok, true);
    assert.ok((await reader.agent.peers()).value.length > 0);
  });
});

contract('access control that is off', (c) => {
  const words = 'ACL support disabled';

  it('refuses every question about it', async () => {
    holds('acl.policies fails', 'acl.policy fails', 'acl.authMethods fails');
    await assertRefused(c.client.acl.policies(), 400, words, 'rejected');
    await assertRefused(c.client.acl.policy('x'), 400, words, 'rejected');
    await assertRefused(c.client.acl.authMethods(), 400, words, 'rejected');
    await assertRefused(c.client.acl.loginWithJwt('x', 'secret'), 400, words, 'rejected');
    await assertRefused(c.client.acl.oidcAuthUrl('x', callback, 'nonce'), 400, words, 'rejected');
    const back = { state: 'state-1', code: 'code-1' };
    await assertRefused(c.client.acl.completeOidc('x', callback, 'nonce', back), 400, words, 'rejected');
  });
});
