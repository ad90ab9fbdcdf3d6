import { secretsOf, segment, writeRequest } from '../http/query.ts';
import type { Answer, ReadOptions, WriteOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { AclPolicy, AclPolicyStub, AuthMethod, LoginToken } from '../types/acl.ts';

/** Where a provider sends the browser after the login: what its query said. */
export interface OidcCallback {
  state: string;
  code: string;
  /** Where the provider names itself. */
  issuer?: string | undefined;
}

/**
 * Access control: `/v1/acl/…`. Every request is refused where it is turned off. Every read blocks on `index`. The token
 * in use is in `AgentApi.tokenSelf`. `options` are those of every read or write. A login needs no token; `method` names
 * one of {@link authMethods}; Nomad refuses an empty text. What it sends never appears in an error; what it gives is a
 * secret of the caller.
 */
export class AclApi extends Resource {
  /** The policies of the token; all of them for a management token. Since 0.7. */
  policies(options: ReadOptions = {}): Promise<Answer<AclPolicyStub[]>> {
    return this.getList('/v1/acl/policies', options);
  }

  /** The policy of that `name`, if the token has it; any for a management token. Since 0.7. */
  async policy(name: string, options: ReadOptions = {}): Promise<Answer<AclPolicy>> {
    return this.get(`/v1/acl/policy/${segment('policy name', name)}`, options);
  }

  /** How people can log in. Needs no token. Since 1.5. */
  authMethods(options: ReadOptions = {}): Promise<Answer<AuthMethod[]>> {
    return this.getList('/v1/acl/auth-methods', options);
  }

  /**
   * Where to send the browser for a login. Needs no token. Since 1.5.
   *
   * @param redirectUri one that the method allows, such as `http://localhost:4649/oidc/callback`
   * @param nonce random, and the same for {@link completeOidc}
   */
  async oidcAuthUrl(
    method: string,
    redirectUri: string,
    nonce: string,
    options: WriteOptions = {},
  ): Promise<Answer<{ AuthURL: string }>> {
    const body = { AuthMethodName: method, RedirectURI: redirectUri, ClientNonce: nonce };
    return this.#login('/v1/acl/oidc/auth-url', options, body, [nonce]);
  }

  /**
   * Ends a login with what the browser brought back: gives the token. `redirectUri` and `nonce` are those of
   * {@link oidcAuthUrl}. Since 1.5.
   */
  async completeOidc(
    method: string,
    redirectUri: string,
    nonce: string,
    { state, code, issuer }: OidcCallback,
    options: WriteOptions = {},
  ): Promise<Answer<LoginToken>> {
    const body = {
      AuthMethodName: method,
      RedirectURI: redirectUri,
      ClientNonce: nonce,
      State: state,
      Code: code,
      Iss: issuer,
    };
    return this.#login('/v1/acl/oidc/complete-auth', options, body, [nonce, state, code]);
  }

  /** Exchanges a `jwt` for a token. Since 1.5.4. */
  async loginWithJwt(method: string, jwt: string, options: WriteOptions = {}): Promise<Answer<LoginToken>> {
    return this.#login('/v1/acl/login', options, { AuthMethodName: method, LoginToken: jwt }, [jwt]);
  }

  #login<T>(path: string, options: WriteOptions, body: unknown, secrets: readonly string[]): Promise<Answer<T>> {
    return this.transport.json({ ...writeRequest(path, options, body), secrets: secretsOf(secrets) });
  }
}
