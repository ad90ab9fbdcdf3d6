import { filled } from '../../base/filled.ts';
import type { Job } from '../../nomad/types/job.ts';

/**
 * Where an object is, or will be; every request about it says so. Both fields are required, so that none is forgotten.
 */
export interface Place {
  /** Never empty; `*` only where a list, or leave to have a jobspec parsed, is asked for in every namespace. */
  readonly namespace: string;
  /** Undefined for the region that is shown, which is the connection's or else the agent's. */
  readonly region: string | undefined;
}

/** The part of a cluster that the views show. */
export interface Shown {
  /** `*` for every namespace. */
  readonly namespace: string;
  /** By name; unknown where the agent doesn't tell. */
  readonly region: string | undefined;
}

/** What decides where a job is registered that doesn't say so itself. */
export interface Surroundings {
  readonly shown: Shown;
  /** The region that requests name; the agent's where undefined. */
  readonly chosenRegion: string | undefined;
  /** Unknown where the agent doesn't tell. */
  readonly agentRegion: string | undefined;
}

/** The region of agents that were not given one. In a job the word stands for the region of the agent, whatever its name. */
const unnamedRegion = 'global';

/** Where Nomad registers `job`: by the job's own words first, then by the connection's. */
export function placeOfJob(job: Pick<Job, 'Namespace' | 'Region'>, surroundings: Surroundings): Place {
  const { shown } = surroundings;
  const namespace = filled(job.Namespace) ?? (shown.namespace === '*' ? 'default' : shown.namespace);
  const region = regionOf(job, surroundings);
  return { namespace, region: region === shown.region ? undefined : region };
}

function regionOf(job: Pick<Job, 'Region'>, { chosenRegion, agentRegion }: Surroundings): string | undefined {
  const named = filled(job.Region);
  if (named !== unnamedRegion) return named;
  return chosenRegion === undefined ? undefined : (agentRegion ?? named);
}

/**
 * The name of a place's region, for people; undefined if it isn't known, or goes without saying because nobody ever
 * named a region.
 */
export function regionName(place: Place, shown: Shown): string | undefined {
  return place.region ?? (shown.region === unnamedRegion ? undefined : shown.region);
}

/** Whether the views show what is at `place`. */
export function isShown(place: Place, shown: Shown): boolean {
  return place.region === undefined && (shown.namespace === '*' || shown.namespace === place.namespace);
}

/**
 * Where something will be done, for a question: `Namespace default. Region east.`, or, where that is not what the views
 * show, `In region west, not in east, which is shown. Namespace default.`
 */
export function placeWords(place: Place, shown: Shown): string {
  const region = regionName(place, shown);
  const ofNamespace = `Namespace ${place.namespace}.`;
  const ofRegion = region === undefined ? '' : ` Region ${region}.`;
  const elsewhere = elsewhereWords(place, shown);
  if (elsewhere === undefined) return `${ofNamespace}${ofRegion}`;
  if (place.region === undefined) return `${elsewhere}${ofRegion}`;
  return shown.namespace === '*' || shown.namespace === place.namespace ? `${elsewhere} ${ofNamespace}` : elsewhere;
}

/** One sentence that says that `place` is not what the views show; undefined where it is. */
export function elsewhereWords(place: Place, shown: Shown): string | undefined {
  if (isShown(place, shown)) return undefined;
  const otherNamespace = shown.namespace !== '*' && shown.namespace !== place.namespace;
  const { region } = place;
  if (region === undefined) return `In namespace ${place.namespace}, not in ${shown.namespace}, which is shown.`;
  if (shown.region === undefined) {
    const within = otherNamespace ? ` and namespace ${place.namespace}` : '';
    return `In region ${region}${within}; which region is shown is not known.`;
  }
  if (!otherNamespace) return `In region ${region}, not in ${shown.region}, which is shown.`;
  return `In region ${region} and namespace ${place.namespace}, not in ${shown.region} and ${shown.namespace}, which are shown.`;
}

/** Wire fields that nobody set are null or missing or empty. */
