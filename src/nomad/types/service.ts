/** The services of one namespace: a row of `GET /v1/services`. */
export interface NamespaceServices {
  Namespace: string;
  Services: { ServiceName: string; Tags?: string[] | null }[] | null;
}

/** One instance of a service that Nomad lists: a row of `GET /v1/service/:name`. */
export interface ServiceRegistration {
  ID: string;
  ServiceName: string;
  Namespace?: string;
  NodeID?: string;
  Datacenter?: string;
  JobID?: string;
  AllocID?: string;
  Tags?: string[] | null;
  Address?: string;
  Port?: number;
  CreateIndex?: number;
  ModifyIndex?: number;
}
