/** A difference between the simulator and the recordings that is known, with its reason. */
export interface Difference {
  readonly scenario: string;
  /** Both when left out. */
  readonly version?: string;
  /** The step's name, or a pattern for several. */
  readonly step: string | RegExp;
  /** What the line that tells the difference contains. */
  readonly line: RegExp;
  readonly reason: string;
  /** It depends on the moment, so it may also not come up. */
  readonly sometimes?: true;
}

export const unpacked = 'Files and logs are sent as they are, not compressed, whatever the client takes.';
export const older =
  'The simulator makes an older agent out of a new one, and not every field of jobs is older with it.';
export const timing = 'What a task has printed so far, and what has ended so far, is of the moment.';
export const inPlace =
  'Whether a node still fits decides between in-place and destructive updates; the simulator only compares the jobs.';
