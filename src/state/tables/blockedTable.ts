import { compareText } from '../../base/compareText.ts';
import type { Evaluation } from '../../nomad/types/evaluation.ts';
import { jobKey } from './keys.ts';
import type { Kind } from './kind.ts';

/** Evaluations, kept while they are blocked. A job may have two for a moment, until Nomad cancels the older one. */
export const blocked: Kind<string, Evaluation> = {
  key: (evaluation) => evaluation.ID,
  index: indexOf,
  keeps: (evaluation) => evaluation.Status === 'blocked',
  group: {
    by: 'jobs',
    key: (evaluation) => jobKey(evaluation.Namespace, evaluation.JobID ?? ''),
    order: (a, b) => indexOf(b) - indexOf(a) || compareText(a.ID, b.ID),
    owned: true,
  },
};

function indexOf(evaluation: Evaluation): number {
  return evaluation.ModifyIndex ?? 0;
}
