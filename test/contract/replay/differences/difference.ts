/** A difference between the simulator and the recordings that is known, with its reason. It has to come up in each run. */
export interface Difference {
  readonly scenario: string;
  /** Both when left out. */
  readonly version?: string;
  /** The step's name, or a pattern for several. */
  readonly step: string | RegExp;
  /** What the line that tells the difference contains. */
  readonly line: RegExp;
  readonly reason: string;
}
