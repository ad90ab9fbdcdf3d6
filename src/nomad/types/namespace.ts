/** A namespace, in lists and alone. */
export interface Namespace {
  Name: string;
  Description?: string;
  Quota?: string;
  Meta?: Record<string, string> | null;
  Capabilities?: { EnabledTaskDrivers?: string[] | null; DisabledTaskDrivers?: string[] | null } | null;
  NodePoolConfiguration?: Record<string, unknown> | null;
  /** Base64. */
  Hash?: string | null;
  ConsulConfiguration?: unknown;
  VaultConfiguration?: unknown;
  OptionalExtraClaims?: unknown;
  RequiredExtraClaims?: unknown;
  CreateIndex?: number;
  ModifyIndex?: number;
  [field: string]: unknown;
}
