import { schemes } from '../../platform/contributions.ts';
import { GrowingFiles } from '../documents/readOnlyDocuments.ts';
import type { OpenLogs, OpenLogsOptions } from './openLogs.ts';

/** Logs as read-only documents. */
export class LogDocuments extends GrowingFiles<OpenLogs> {
  constructor(options: OpenLogsOptions) {
    super(schemes.logs, async () => {
      const { OpenLogs: All } = await import('./openLogs.ts');
      return new All(options);
    });
  }
}
