/** What tasks use of the processor and of memory at one moment. */
export interface Usage {
  readonly cpuMhz: number;
  readonly memoryBytes: number;
  /** The most that it ever used, where the driver measures that. */
  readonly peakBytes: number | undefined;
  /** Since it was started, for how long the processor was held back; undefined where the driver doesn't tell. */
  readonly throttledNs: number | undefined;
}

/** One answer of a node. */
export interface UsageSample {
  readonly atMs: number;
  readonly tasks: ReadonlyMap<string, Usage>;
  /** What devices of each task tell of themselves: `nvidia/gpu T4: 37 %`. */
  readonly devices: ReadonlyMap<string, readonly string[]>;
}

/** The last minute of what an allocation uses. */
export interface UsageWindow {
  /** Oldest first; none older than a minute before the newest. */
  readonly samples: readonly UsageSample[];
  /** Why there is nothing newer, where the last read failed. */
  readonly refused: string | undefined;
}
