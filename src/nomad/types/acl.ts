import type { Open, WireTime } from './open.ts';

/** A row of `GET /v1/acl/policies`. */
export interface AclPolicyStub {
  Name: string;
  Description?: string;
  CreateIndex?: number;
  ModifyIndex?: number;
}

/** A policy: `GET /v1/acl/policy/:name`. */
export interface AclPolicy extends AclPolicyStub {
  /** HCL. */
  Rules: string;
  [field: string]: unknown;
}

/** A row of `GET /v1/acl/auth-methods`. */
export interface AuthMethod {
  Name: string;
  Type: Open<'OIDC' | 'JWT'>;
  Default: boolean;
  CreateIndex?: number;
  ModifyIndex?: number;
}

/** What a login gives. `SecretID` is the secret: keep it in the editor's secret storage, and out of every text. */
export interface LoginToken {
  AccessorID: string;
  SecretID: string;
  Name?: string;
  Type?: string;
  Policies?: string[] | null;
  ExpirationTime?: WireTime | null;
  [field: string]: unknown;
}
