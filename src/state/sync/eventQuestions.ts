import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { NomadEvent } from '../../nomad/types/event.ts';
import type { BackgroundReads } from './backgroundReads.ts';
import type { ChangeSet } from '../tables/changes.ts';
import type { EventQuestions } from './eventChanges.ts';
import { jobKey } from '../tables/keys.ts';
import type { JobKey } from '../tables/keys.ts';
import type { Loader } from './loader.ts';
import type { Store } from '../tables/store.ts';
import { UnclearJobs } from './unclearJobs.ts';

export interface QuestionOptions {
  readonly store: Store;
  readonly loader: Loader;
  readonly background: BackgroundReads;
  readonly clock: Clock;
  readonly log: Log;
  readonly onChanges: (changes: ChangeSet) => void;
  /** Everything has to be listed. */
  readonly onLost: () => void;
}

/** What can't be read is not listed more often than this, whatever the server sends. */
const lostGapMs = 2000;

export interface BackgroundQuestions extends EventQuestions {
  /** All jobs are listed, so what changed meanwhile can be asked about. */
  listed(): void;
}

/** Answers what events leave open by reads beside their path. */
export function eventQuestions(options: QuestionOptions): BackgroundQuestions {
  const { store, loader, background, clock, onChanges } = options;
  const unclear = new UnclearJobs({ store, loader, background, clock, onChanges });
  const runsLeft = (parent: JobKey) => {
    background.add(`list the runs of ${parent}, which is gone`, async (signal) => {
      onChanges(await loader.runsOf(parent, signal));
    });
  };
  return {
    jobMayBeGone: (key) => {
      background.add(`read the job ${key} again`, async (signal) => {
        const known = store.jobs.get(key);
        if (known === undefined) return;
        await loader.jobAlone(key, signal, onChanges).catch((error: unknown) => {
          if (!isNomadError(error, 'notFound')) throw error;
          if (known.periodic || known.parameterized) runsLeft(key);
        });
      });
    },
    runsChanged: (parent) => {
      if (!store.jobs.has(parent)) return;
      background.add(`count the runs of ${parent}`, async (signal) => {
        onChanges(await loader.runCounts(parent, signal));
      });
    },
    allocationsUnknown: (key) => {
      unclear.add(key);
    },
    runsLeft,
    listed: () => {
      unclear.listed();
    },
    unreadable: (event, reason) => {
      readUnreadable(options, event, reason);
    },
  };
}

function readUnreadable(options: QuestionOptions, event: Partial<NomadEvent> | null, reason: string): void {
  const { loader, background, clock, log, onChanges, onLost } = options;
  const what = nameOf(event);
  log.error(`An event of ${what ?? 'an unknown object'} was left out: ${reason}`);
  const read = readerOf(event, loader, onChanges);
  if (what !== undefined && read !== undefined) background.add(`read ${what} again`, read);
  else {
    background.add('list what an event did not say', async (signal) => {
      await sleep(lostGapMs, signal, clock);
      onLost();
    });
  }
}

function nameOf(event: Partial<NomadEvent> | null): string | undefined {
  const { Topic, Key } = Object(event) as { Topic?: unknown; Key?: unknown };
  if (typeof Topic !== 'string' || typeof Key !== 'string' || Key === '') return undefined;
  return `${Topic.toLowerCase()} ${Key}`;
}

/** How the object of an event is read by itself. */
function readerOf(
  event: Partial<NomadEvent> | null,
  loader: Loader,
  onChanges: (changes: ChangeSet) => void,
): ((signal: AbortSignal) => Promise<void>) | undefined {
  const { Topic, Key, Namespace } = Object(event) as { Topic?: unknown; Key?: unknown; Namespace?: unknown };
  const namespace = typeof Namespace === 'string' && Namespace !== '' ? Namespace : 'default';
  if (typeof Key !== 'string') return undefined;
  const one = (read: (id: string, namespace: string, signal: AbortSignal) => Promise<ChangeSet>) => {
    return async (signal: AbortSignal) => {
      onChanges(await read(Key, namespace, signal));
    };
  };
  switch (Topic) {
    case 'Job':
      return (signal) => loader.job(jobKey(namespace, Key), signal, onChanges);
    case 'Allocation':
      return one((...of) => loader.allocation(...of));
    case 'Deployment':
      return one((...of) => loader.deployment(...of));
    case 'Evaluation':
      return one((...of) => loader.evaluation(...of));
    default:
      return undefined;
  }
}
