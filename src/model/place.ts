/** Where an object is, or will be, as every request about it says. */
export interface Place {
  /** Never empty, and never `*`. */
  readonly namespace: string;
  /** The connection's, or else the agent's, where undefined. */
  readonly region?: string | undefined;
}
