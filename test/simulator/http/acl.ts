import { createHash } from 'node:crypto';
import type { Random } from '../state/random.ts';
import { wireTime } from '../state/records.ts';

/** What a token of the options may do. Namespaces may be patterns; capabilities may be `read`, `write` or `scale`. */
export interface TokenOptions {
  readonly name?: string;
  readonly type?: 'client' | 'management';
  readonly policies?: readonly string[];
  readonly namespaces?: Readonly<Record<string, readonly string[]>>;
  readonly node?: 'read' | 'write';
  readonly agent?: 'read' | 'write';
  readonly operator?: 'read' | 'write';
  /** By namespace and path; both may be patterns. Rights are `list`, `read`, `write` and `destroy`. */
  readonly variables?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** By name, which may be a pattern. Rights are `read`, `write` and `delete`. */
  readonly nodePools?: Readonly<Record<string, readonly string[]>>;
  readonly expired?: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs?: number;
}

export interface AclOptions {
  /** Secret of the management token; without it, `/v1/acl/bootstrap` makes one, once. */
  readonly token?: string;
  /** By secret. */
  readonly tokens?: Readonly<Record<string, TokenOptions>>;
  /** What a login with a JWT gives, by JWT, where there is a method of that type. */
  readonly logins?: Readonly<Record<string, TokenOptions>>;
}

/** A way to log in, as it was written. */
export interface AuthMethodRecord {
  readonly name: string;
  readonly type: string;
  readonly isDefault: boolean;
  readonly body: Readonly<Record<string, unknown>>;
  readonly createIndex: number;
  readonly modifyIndex: number;
}

/** A policy as it was written. */
export interface Policy {
  readonly name: string;
  readonly description: string;
  readonly rules: string;
  readonly index: number;
  readonly createIndex: number;
}

export interface Token extends TokenOptions {
  readonly accessor: string;
  readonly secret: string;
  readonly createdMs: number;
  /** As it was given; empty for none. */
  readonly ttl: string;
  readonly createIndex: number;
  readonly modifyIndex: number;
}

const readCapabilities = [
  'list-jobs',
  'parse-job',
  'read-job',
  'csi-list-volume',
  'csi-read-volume',
  'read-job-scaling',
  'list-scaling-policies',
  'read-scaling-policy',
  'host-volume-read',
];

const shorthands: Record<string, readonly string[]> = {
  read: readCapabilities,
  write: [
    ...readCapabilities,
    'scale-job',
    'submit-job',
    'dispatch-job',
    'read-logs',
    'read-fs',
    'alloc-exec',
    'alloc-lifecycle',
    'csi-mount-volume',
    'csi-write-volume',
    'host-volume-create',
  ],
  scale: ['list-scaling-policies', 'read-scaling-policy', 'read-job-scaling', 'scale-job', 'read-job'],
};

/** The finer rights that `submit-job` and its like stand for. */
const impliedBy: Record<string, readonly string[]> = {
  'parse-job': ['submit-job'],
  'plan-job': ['submit-job'],
  'register-job': ['submit-job'],
  'revert-job': ['submit-job'],
  'stable-job': ['submit-job'],
  'evaluate-job': ['submit-job'],
  'deregister-job': ['submit-job'],
  'purge-job': ['submit-job'],
  'tag-job-version': ['submit-job'],
  'scale-job': ['submit-job'],
  'force-periodic-job': ['submit-job', 'dispatch-job'],
  'promote-deployment': ['submit-job'],
  'fail-deployment': ['submit-job'],
  'pause-deployment': ['submit-job'],
  'unblock-deployment': ['submit-job'],
  'set-alloc-health-deployment': ['submit-job'],
  'read-job-scaling': ['read-job'],
  'read-logs': ['read-fs'],
};

/** Who may do what. Without options everyone may do everything. */
export class Acl {
  readonly enabled: boolean;
  /** The index of the bootstrap; 0 before it. */
  bootstrapIndex = 0;
  /** By name. */
  readonly authMethods = new Map<string, AuthMethodRecord>();
  /** Who gets what by which login, as it was written. */
  readonly bindingRules: Record<string, unknown>[] = [];
  /** Logins by browser that have begun: their methods by nonce. */
  readonly begun = new Map<string, string>();
  /** Accessors that a one-time secret stands for. */
  readonly oneTime = new Map<string, { readonly accessor: string; readonly expiresAtMs: number }>();
  readonly #logins: Readonly<Record<string, TokenOptions>>;
  readonly #tokens = new Map<string, Token>();
  readonly #policies = new Map<string, Policy & { readonly granted: TokenOptions }>();
  readonly #random: Random;
  readonly #now: () => number;

  constructor(options: AclOptions | undefined, random: Random, now: () => number) {
    this.enabled = options !== undefined;
    this.#random = random;
    this.#now = now;
    this.#logins = options?.logins ?? {};
    if (options === undefined) return;
    if (options.token !== undefined) this.bootstrap(options.token, firstIndex);
    for (const [secret, token] of Object.entries(options.tokens ?? {})) this.add(secret, token);
  }

  /** Makes the first management token. */
  bootstrap(secret: string, index: number): Token {
    this.bootstrapIndex = index;
    return this.add(secret, { name: 'Bootstrap Token', type: 'management' }, { index });
  }

  add(secret: string, options: TokenOptions, made: { readonly index?: number; readonly ttl?: string } = {}): Token {
    const { index = firstIndex, ttl = '' } = made;
    const indexes = { createIndex: index, modifyIndex: index };
    const token = { ...options, accessor: this.#random.uuid(), secret, createdMs: this.#now(), ttl, ...indexes };
    this.#tokens.set(secret, token);
    return token;
  }

  /** A new token for a JWT that is known; undefined for any other. */
  login(jwt: string, method: string, index: number): Token | undefined {
    const options = this.#logins[jwt];
    const name = `JWT-${method}`;
    return options === undefined ? undefined : this.add(this.newSecret(), { name, ...options }, { index });
  }

  /** Changes what a token is called and may do. */
  change(token: Token, options: TokenOptions, index: number): Token {
    const changed = { ...token, ...options, modifyIndex: index };
    this.#tokens.set(token.secret, changed);
    return changed;
  }

  remove(accessor: string): boolean {
    const token = this.byAccessor(accessor);
    return token !== undefined && this.#tokens.delete(token.secret);
  }

  byAccessor(accessor: string): Token | undefined {
    return this.tokens.find((token) => token.accessor === accessor);
  }

  get tokens(): readonly Token[] {
    return [...this.#tokens.values()];
  }

  /** @param granted what the rules say */
  setPolicy(policy: Omit<Policy, 'createIndex'>, granted: TokenOptions): void {
    const createIndex = this.#policies.get(policy.name)?.createIndex ?? policy.index;
    this.#policies.set(policy.name, { ...policy, createIndex, granted });
  }

  removePolicy(name: string): boolean {
    return this.#policies.delete(name);
  }

  /** By name. */
  get policies(): readonly Policy[] {
    return [...this.#policies.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Whether the token has the policy. */
  holds(secret: string, policy: string): boolean {
    return this.isManagement(secret) || this.#policyNames(secret).includes(policy);
  }

  newSecret(): string {
    return this.#random.uuid();
  }

  /** The token with this secret; undefined for an unknown or expired one. */
  token(secret: string): Token | undefined {
    const token = this.#tokens.get(secret);
    return token === undefined || this.isExpired(token) ? undefined : token;
  }

  /** The token with this secret, even when it has expired. */
  known(secret: string): Token | undefined {
    return this.#tokens.get(secret);
  }

  isExpired(token: Token): boolean {
    return token.expired === true || (token.expiresAtMs !== undefined && token.expiresAtMs <= this.#now());
  }

  isManagement(secret: string): boolean {
    return !this.enabled || this.token(secret)?.type === 'management';
  }

  /** Whether the token has `capability` in `namespace`. */
  allows(secret: string, capability: string, namespace: string): boolean {
    if (this.isManagement(secret)) return true;
    const wanted = new Set([capability, ...(impliedBy[capability] ?? [])]);
    return this.#rules(secret).some((rules) => capabilitiesIn(rules, namespace).some((item) => wanted.has(item)));
  }

  /** Whether the token has `capability` in any namespace. */
  allowsSomewhere(secret: string, capability: string): boolean {
    if (this.isManagement(secret)) return true;
    const patterns = this.#rules(secret).flatMap((rules) => Object.keys(rules.namespaces ?? {}));
    return patterns.some((pattern) => this.allows(secret, capability, pattern));
  }

  /** Whether the token has any right in `namespace`. */
  allowsNamespace(secret: string, namespace: string): boolean {
    return (
      this.isManagement(secret) || this.#rules(secret).some((rules) => capabilitiesIn(rules, namespace).length > 0)
    );
  }

  /** Whether the token may see or change nodes, the agent or the servers. */
  allowsOn(secret: string, what: 'node' | 'agent' | 'operator', access: 'read' | 'write'): boolean {
    if (this.isManagement(secret)) return true;
    return this.#rules(secret).some((rules) => rules[what] === 'write' || rules[what] === access);
  }

  /** Whether the token has a right on a variable, or with `*` for `path`, on any of the namespace. */
  allowsVariable(secret: string, right: string, namespace: string, path: string): boolean {
    if (this.isManagement(secret)) return true;
    return this.#rules(secret).some((rules) => {
      const paths = bestMatch(rules.variables ?? {}, namespace) ?? {};
      if (path === '*') return Object.values(paths).some((rights) => rights.length > 0);
      const rights = bestMatch(paths, path) ?? [];
      return !rights.includes('deny') && (rights.includes(right) || (right === 'list' && rights.includes('read')));
    });
  }

  /** Whether the token has a right on a node pool. */
  allowsPool(secret: string, right: string, name: string): boolean {
    if (this.isManagement(secret)) return true;
    return this.#rules(secret).some((rules) => bestMatch(rules.nodePools ?? {}, name)?.includes(right) === true);
  }

  #policyNames(secret: string): readonly string[] {
    return this.token(secret)?.policies ?? (secret === '' && this.enabled ? ['anonymous'] : []);
  }

  #rules(secret: string): TokenOptions[] {
    const token = this.token(secret);
    const named = this.#policyNames(secret).flatMap((name) => this.#policies.get(name)?.granted ?? []);
    return token === undefined ? named : [token, ...named];
  }

  /** The token as `GET /v1/acl/token/self` shows it. */
  body(token: Token): Record<string, unknown> {
    const expires = token.expiresAtMs;
    return {
      AccessorID: token.accessor,
      SecretID: token.secret,
      Name: token.name ?? '',
      Type: token.type ?? 'client',
      Policies: token.type === 'management' ? null : [...(token.policies ?? [])],
      Roles: null,
      Global: token.type === 'management',
      Hash: hashOf([token.name, token.type, ...(token.policies ?? [])]),
      CreateTime: wireTime(token.createdMs),
      ExpirationTime: expires === undefined ? null : wireTime(expires),
      ExpirationTTL: token.ttl,
      CreateIndex: token.createIndex,
      ModifyIndex: token.modifyIndex,
    };
  }
}

/** The index of what was there from the start. */
const firstIndex = 11;

export function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

/** The value of the name itself, or of the pattern that fits with the fewest characters left open. */
function bestMatch<T>(byName: Readonly<Record<string, T>>, name: string): T | undefined {
  if (name in byName) return byName[name];
  const fits = (pattern: string) => {
    const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    return pattern.includes('*') && new RegExp(`^${source}$`).test(name);
  };
  const best = Object.keys(byName)
    .filter(fits)
    .sort((a, b) => b.length - a.length)[0];
  return best === undefined ? undefined : byName[best];
}

function capabilitiesIn(rules: TokenOptions, namespace: string): readonly string[] {
  const granted = bestMatch(rules.namespaces ?? {}, namespace) ?? [];
  if (granted.includes('deny')) return [];
  return expandRights(granted);
}

/** The capabilities that rights stand for; those that are no shorthand stay as they are. */
export function expandRights(rights: readonly string[]): readonly string[] {
  return rights.flatMap((right) => shorthands[right] ?? [right]);
}
