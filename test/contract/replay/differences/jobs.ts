import type { Difference } from './difference.ts';

const renumbered =
  'Marking an old version stable gives later versions old numbers, and Nomad then takes the rollouts of those for theirs.';

export const jobsDifferences: readonly Difference[] = [
  { scenario: 's04-run', step: /^read after (re-run|revert of stopped)$/, line: /Stable/, reason: renumbered },
  {
    scenario: 's04-run',
    version: '1.6.10',
    step: 'read after stop at once',
    line: /Status/,
    reason: 'The old agent was asked before it had worked the stop out.',
  },
  {
    scenario: 's06-scale',
    version: '1.6.10',
    step: 'status batch',
    line: /Running: 0 instead of 1/,
    reason: 'A client told of one of two tasks first, which had begun together.',
  },
];
