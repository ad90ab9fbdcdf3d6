import type { Difference } from './difference.ts';

export const deploymentsDifferences: readonly Difference[] = [
  {
    scenario: 's05-canary',
    version: '2.0.5',
    step: 'stop while canary running',
    line: /UnhealthyAllocs":1/,
    reason: 'A canary that is stopped before its time is counted unhealthy if its client is quick enough.',
  },
  {
    scenario: 's05-rolling',
    version: '1.6.10',
    step: /^v0 timeline/,
    line: /deployment/,
    reason: 'Clients that report together make health grow in other steps.',
  },
  {
    scenario: 's05-ids',
    version: '1.6.10',
    step: 'page 2',
    line: /items are/,
    reason: 'The old agent compares pages as texts: at a thousand and some the first page came again.',
  },
];
