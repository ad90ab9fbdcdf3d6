import { schemes } from '../../platform/contributions.ts';
import { GrowingFiles } from '../documents/readOnlyDocuments.ts';
import type { OpenStates, OpenStatesOptions } from './openStates.ts';

/** What is known of allocations, as read-only documents. */
export class StateDocuments extends GrowingFiles<OpenStates> {
  constructor(options: OpenStatesOptions) {
    super(schemes.events, async () => {
      const { OpenStates: All } = await import('./openStates.ts');
      return new All(options);
    });
  }
}
