/** Answer of `GET /v1/client/allocation/:id/stats`. */
export interface AllocationStats {
  ResourceUsage?: ResourceUsage | null;
  Tasks?: Record<string, TaskStats> | null;
  /** Nanoseconds since the epoch. */
  Timestamp?: number;
}

export interface TaskStats {
  ResourceUsage?: ResourceUsage | null;
  /** Nanoseconds since the epoch. */
  Timestamp?: number;
}

export interface ResourceUsage {
  CpuStats?: {
    /** Of one core. */
    Percent?: number;
    /** MHz. */
    TotalTicks?: number;
    [field: string]: unknown;
  } | null;
  /** Bytes; use `Usage` where `RSS` is 0 and not listed in `Measured`. */
  MemoryStats?: {
    RSS?: number;
    Usage?: number;
    MaxUsage?: number;
    Measured?: string[] | null;
    [field: string]: unknown;
  } | null;
  [field: string]: unknown;
}

/** Answer of `GET /v1/client/stats`. */
export interface ClientStats {
  /** Bytes. */
  Memory?: { Total?: number; Available?: number; Used?: number; Free?: number } | null;
  /** By core; percents, and MHz. */
  CPU?:
    | { CPU?: string; User?: number; System?: number; Idle?: number; TotalPercent?: number; TotalTicks?: number }[]
    | null;
  /** Bytes, and percents. */
  DiskStats?: { Device?: string; Mountpoint?: string; Size?: number; Used?: number; Available?: number }[] | null;
  /** Seconds. */
  Uptime?: number;
  /** Nanoseconds since the epoch. */
  Timestamp?: number;
  /** MHz. */
  CPUTicksConsumed?: number;
  [field: string]: unknown;
}
