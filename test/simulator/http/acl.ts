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
  readonly expired?: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs?: number;
}

export interface AclOptions {
  /** Secret of the management token. */
  readonly token: string;
  /** By secret. */
  readonly tokens?: Readonly<Record<string, TokenOptions>>;
}

export interface Token extends TokenOptions {
  readonly accessor: string;
  readonly secret: string;
  readonly createdMs: number;
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
  readonly #tokens = new Map<string, Token>();
  readonly #policies = new Map<string, TokenOptions>();
  readonly #random: Random;
  readonly #now: () => number;

  constructor(options: AclOptions | undefined, random: Random, now: () => number) {
    this.enabled = options !== undefined;
    this.#random = random;
    this.#now = now;
    if (options === undefined) return;
    this.add(options.token, { name: 'Bootstrap Token', type: 'management' });
    for (const [secret, token] of Object.entries(options.tokens ?? {})) this.add(secret, token);
  }

  add(secret: string, options: TokenOptions): Token {
    const token = { ...options, accessor: this.#random.uuid(), secret, createdMs: this.#now() };
    this.#tokens.set(secret, token);
    return token;
  }

  remove(accessor: string): boolean {
    for (const [secret, token] of this.#tokens) if (token.accessor === accessor) return this.#tokens.delete(secret);
    return false;
  }

  get tokens(): readonly Token[] {
    return [...this.#tokens.values()];
  }

  setPolicy(name: string, rules: TokenOptions): void {
    this.#policies.set(name, rules);
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

  /** Whether the token may see or change nodes, the agent or the servers. */
  allowsOn(secret: string, what: 'node' | 'agent' | 'operator', access: 'read' | 'write'): boolean {
    if (this.isManagement(secret)) return true;
    return this.#rules(secret).some((rules) => rules[what] === 'write' || rules[what] === access);
  }

  #rules(secret: string): TokenOptions[] {
    const token = this.token(secret);
    if (token === undefined) return [];
    return [token, ...(token.policies ?? []).flatMap((name) => this.#policies.get(name) ?? [])];
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
      Hash: '',
      CreateTime: wireTime(token.createdMs),
      ExpirationTime: expires === undefined ? null : wireTime(expires),
      ExpirationTTL: '',
      CreateIndex: 11,
      ModifyIndex: 11,
    };
  }
}

function capabilitiesIn(rules: TokenOptions, namespace: string): readonly string[] {
  const exact = rules.namespaces?.[namespace];
  const pattern = Object.keys(rules.namespaces ?? {})
    .filter((name) => name.endsWith('*') && namespace.startsWith(name.slice(0, -1)))
    .sort((a, b) => b.length - a.length)[0];
  const granted = exact ?? (pattern === undefined ? [] : (rules.namespaces?.[pattern] ?? []));
  if (granted.includes('deny')) return [];
  return granted.flatMap((item) => shorthands[item] ?? [item]);
}

/** Reads the common forms of a policy's HCL rules. */
export function parseRules(text: string): TokenOptions {
  const namespaces: Record<string, string[]> = {};
  for (const [, name = '', body = ''] of text.matchAll(/namespace\s+"([^"]+)"\s*\{([^}]*)\}/g)) {
    const policy = /policy\s*=\s*"(\w+)"/.exec(body)?.[1];
    const listed = /capabilities\s*=\s*\[([^\]]*)\]/.exec(body)?.[1] ?? '';
    namespaces[name] = [
      ...(policy === undefined ? [] : [policy]),
      ...[...listed.matchAll(/"([^"]+)"/g)].map((m) => m[1] ?? ''),
    ];
  }
  const access = (what: string) => {
    const found = new RegExp(`(?:^|\\s)${what}\\s*\\{[^}]*policy\\s*=\\s*"(read|write)"`).exec(text)?.[1];
    return found === 'read' || found === 'write' ? { [what]: found } : {};
  };
  return { namespaces, ...access('node'), ...access('agent'), ...access('operator') };
}
