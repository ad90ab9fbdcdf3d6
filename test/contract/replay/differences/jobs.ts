import type { Difference } from './difference.ts';

const renumbered =
  'Marking an old version stable gives later versions old numbers, and Nomad then takes the rollouts of those for theirs.';

export const jobsDifferences: readonly Difference[] = [
  { scenario: 's04-run', step: /^read after (re-run|revert of stopped)$/, line: /Stable/, reason: renumbered },
];
