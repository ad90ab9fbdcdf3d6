import type { Difference } from './difference.ts';

const shortLived =
  'A client tells of its tasks five times a second, so a state that is over sooner is told in some runs only.';

/**
 * What Nomad itself leaves open: another run of the same agent may answer as the simulator does. The clock of the replay
 * stands still between steps, so that the simulator always takes the same way, and it is not the recorded one.
 */
export const openDifferences: readonly Difference[] = [
  {
    scenario: 's03-diffs',
    version: '1.6.10',
    step: 'service deleted',
    line: /^\.Diff\.TaskGroups\[0\]\.Objects\[[01]\]\.Fields\[\d\]\.Old/,
    reason: 'Of two constraints that are gone, either may come first: Nomad keeps them in a map.',
  },
  {
    scenario: 's04-blocking',
    version: '2.0.5',
    step: 'allocation read: returns when the client updates it',
    line: /ClientDescription|ClientStatus|TaskStates/,
    reason: `${shortLived} Between the old process and the new one this task was told to have none.`,
  },
  {
    scenario: 's04-run',
    version: '1.6.10',
    step: 'read after stop at once',
    line: /Status/,
    reason: `${shortLived} The job had been asked for before its client told that it runs.`,
  },
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
    reason: `${shortLived} Allocations that are healthy in the same moment are counted at once or one after another.`,
  },
  {
    scenario: 's06-scale',
    version: '1.6.10',
    step: 'status batch',
    line: /Running: 0 instead of 1/,
    reason: `${shortLived} Of two tasks that had begun together one was told first.`,
  },
  {
    scenario: 's09-logs',
    step: 'origin=start after rotation (first bytes)',
    line: /^text: "line /,
    reason: 'A file begins with the line at which its writer happened to look whether the one before is full.',
  },
  {
    scenario: 's12-search',
    version: '2.0.5',
    step: 'context all',
    line: /^\.Matches\.(allocs|evals|deployment|nodes)\b/,
    reason: 'Ids are random, and so is how many of them begin with the letter that is searched for.',
  },
];
