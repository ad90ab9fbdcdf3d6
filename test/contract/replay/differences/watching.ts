import type { Difference } from './difference.ts';

const left = 'Earlier scenarios left more behind than is made here.';
const again = 'With the next version of a job an older agent stops the canaries of a rollout that failed once more.';

export const watchingDifferences: readonly Difference[] = [
  {
    scenario: 's11-events-during-s05',
    version: '1.6.10',
    step: /^(all topics from now|topic=Allocation:can .*)$/,
    line: /^line \d+: Allocation PlanResult <id> in default by \["can","<id>"\]( \+ (?!Allocation)[^+]*)* instead of (Allocation PlanResult [^+]* \+ ){1}Allocation PlanResult/,
    reason: again,
  },
  {
    scenario: 's11-events-during-s05',
    version: '1.6.10',
    step: /^(all topics from now|topic=Allocation:can .*)$/,
    line: /^(missing|not in the recording): Allocation <id> by "can"; PlanResult pending run null; PlanResult active stop; AllocationUpdated complete stop(; PlanResult complete stop)?$/,
    reason: again,
  },
  {
    scenario: 's12-search',
    step: 'context scaling_policy',
    line: /x-nomad-index: 0/,
    reason: 'The index of the table of scaling policies is not kept.',
  },
  {
    scenario: 's12-search',
    step: 'empty prefix, all',
    line: /^\.Matches\.(deployment|evals): \d+ items/,
    reason: left,
  },
  { scenario: 's13-evals', step: 'count', line: /^\.Count/, reason: left },
  {
    scenario: 's13-evals',
    step: 'list',
    line: /^\[\]\.(JobModifyIndex|DeploymentID|PlanAnnotations|QueuedAllocations): missing$/,
    reason: 'The recording keeps only the first evaluations of the list, which have all fields.',
  },
];
