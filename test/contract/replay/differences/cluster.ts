import type { Difference } from './difference.ts';

const apart = 'The server has a name of its own, and is not the agent that is also the client.';
const machine = 'The simulated node has other hardware than the recorded one.';

export const clusterDifferences: readonly Difference[] = [
  { scenario: 's01-agent', step: /^(agent self|members|autopilot health)$/, line: /server-1\.global/, reason: apart },
  {
    scenario: 's01-agent',
    step: 'agent schedulers',
    line: /schedulers/,
    reason: 'There is one scheduler, not one for each core.',
  },
  {
    scenario: 's01-agent',
    step: 'metrics prometheus',
    line: /text/,
    reason: 'The Go runtime of an agent tells of itself first.',
  },
  { scenario: 's01-agent', step: 'client stats', line: /CPU/, reason: machine },
  { scenario: 's01-agent', step: 'ui', line: /status|content-type/, reason: 'There is no web interface.' },
  { scenario: 's01-nodes', step: /^(read|after stop drain)$/, line: /docker|NodeResources/, reason: machine },
  { scenario: 's01-nodes', step: 'node stats', line: /CPU/, reason: machine },
];
