/** What the extension reads of `GET /v1/agent/self`; the keys of the first level are lower case. */
export interface AgentSelf {
  config: {
    Region?: string;
    Datacenter?: string;
    Version?: { Version?: string; [field: string]: unknown };
    ACL?: { Enabled?: boolean };
    [field: string]: unknown;
  };
  member?: { Name?: string; Tags?: Record<string, string> | null; [field: string]: unknown };
  stats?: Record<string, unknown> | null;
}

/** What the extension reads of `GET /v1/acl/token/self`. `SecretID` is never kept. */
export interface TokenSelf {
  AccessorID: string;
  Name?: string;
  Type?: string;
  Policies?: string[] | null;
  ExpirationTime?: string | null;
}

/** A row of `GET /v1/namespaces`. */
export interface NamespaceStub {
  Name: string;
  Description?: string;
}

/** What the extension reads of `GET /v1/agent/members`. */
export interface AgentMembers {
  ServerName?: string;
  ServerRegion?: string;
  ServerDC?: string;
  Members: AgentMember[] | null;
}

export interface AgentMember {
  Name: string;
  Addr?: string;
  Port?: number;
  Status?: string;
  Tags?: Record<string, string> | null;
}

/** Answer of `GET /v1/agent/health`: the parts of which the agent consists. */
export interface AgentHealth {
  server?: { ok: boolean; message?: string } | null;
  client?: { ok: boolean; message?: string } | null;
}
