import type { Log } from '../../base/log.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { JobStatusItem } from '../../nomad/types/job.ts';
import { jobKey, parseJobKey } from '../tables/keys.ts';
import type { JobKey } from '../tables/keys.ts';
import type { PlacedClient } from '../tables/placedClient.ts';

/** So many jobs are asked for at a time. */
const batchSize = 100;

const none: ReadonlyMap<JobKey, JobStatusItem> = new Map();

/**
 * What `/v1/jobs/statuses` adds to jobs that are known from `/v1/jobs`: allocations, deployment, version and count. Up to
 * 2.0.3 it leaves out all but one of those jobs that share a ModifyIndex, so it never says what is there.
 */
export class Enrichment {
  readonly #client: PlacedClient;
  readonly #namespace: string;
  readonly #log: Log;
  /** Found out once: agents before 1.8 don't have it. */
  #isThere = true;

  constructor(client: PlacedClient, namespace: string, log: Log) {
    this.#client = client;
    this.#namespace = namespace;
    this.#log = log;
  }

  /** False once an agent turned out not to have it. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /**
   * What there is to say of these jobs. Jobs may be missing: those of older agents, those that share an index, and those
   * that the token may list but not read.
   *
   * @throws the reason of the signal; whatever else fails is logged, since the jobs are there all the same
   */
  async read(keys: readonly JobKey[], signal: AbortSignal): Promise<ReadonlyMap<JobKey, JobStatusItem>> {
    if (keys.length === 0) return none;
    const found = new Map<JobKey, JobStatusItem>();
    for (let from = 0; from < keys.length; from += batchSize) {
      for (const item of await this.#some(keys.slice(from, from + batchSize), signal)) {
        found.set(jobKey(item.Namespace, item.ID), item);
      }
    }
    return found;
  }

  async #some(keys: readonly JobKey[], signal: AbortSignal): Promise<readonly JobStatusItem[]> {
    if (!this.#isThere) return [];
    const place = { namespace: this.#namespace, region: undefined };
    try {
      const { value } = await this.#client.jobs.statusesOf(keys.map(parseJobKey), { ...place, signal });
      return value;
    } catch (error) {
      if (!isNomadError(error) || signal.aborted) throw error;
      if (isNomadError(error, 'unsupported', 'notFound')) this.#isThere = false;
      this.#log.debug(`Could not read more of the jobs that were listed: ${error.message}`);
      return [];
    }
  }
}
