import { inPlace, older, unpacked } from './difference.ts';
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
    sometimes: true,
  },
  {
    scenario: 's02-validate',
    version: '1.6.10',
    step: /^error: (system with|update dead)/,
    line: /Error/,
    reason: older,
  },
  {
    scenario: 's03-plan',
    step: 'constraint filters all nodes (existing job)',
    line: /DesiredTGUpdates|Updates/,
    reason: inPlace,
  },
  { scenario: 's03-plan', version: '1.6.10', step: /./, line: /\.Diff\.TaskGroups|NUMA/, reason: older },
  { scenario: 's03-plan', version: '1.6.10', step: 'system job with reschedule policy', line: /text/, reason: older },
  { scenario: 's07-dispatch', step: 'child logs', line: /content-encoding/, reason: unpacked },
  {
    scenario: 's07-dispatch',
    step: 'child timeline',
    line: /does not come/,
    reason: 'The first state of the child is missed when the next dispatch is made late.',
    sometimes: true,
  },
  {
    scenario: 's07-batch',
    step: /^batch failure/,
    line: /does not come/,
    reason: 'A restart is counted when it happens, not when it is decided.',
    sometimes: true,
  },
  {
    scenario: 's07-batch',
    version: '1.6.10',
    step: 'system: deployments?',
    line: /items/,
    reason: 'Older agents make no rollouts of system jobs; the simulator does.',
  },
];
