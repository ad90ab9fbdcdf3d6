import { NomadClient } from '../../../src/nomad/client.ts';
import type { Connection } from '../../../src/nomad/http/connection.ts';
import { StateFollower } from '../../../src/operations/allocationState/followState.ts';
import { Cluster } from '../../../src/state/clusters/cluster.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import type { AllocationState } from '../../../src/wording/allocations/allocationState.ts';
import { stateText } from '../../../src/wording/allocations/stateText.ts';

const limitMs = 120_000;

/** A cluster that is followed as a window does it, and the states of allocations on it. */
export class FollowedStates {
  readonly cluster: Cluster;
  readonly failures: unknown[] = [];

  /** The paths of what was asked. */
  readonly asked: string[] = [];

  constructor(connection: Connection, namespace = 'default') {
    const client = new NomadClient(connection, { onRequest: ({ path }) => this.asked.push(path) });
    this.cluster = new Cluster({ client, label: 'here', namespace });
    this.cluster.start();
  }

  /**
   * As a document that somebody looks at.
   *
   * @param namespace of the job, which may be another one than is followed
   */
  follow(job: string, allocation: string, namespace = 'default'): StateFollower {
    const target = { job: jobKey(namespace, job), region: undefined, allocation };
    const follower = new StateFollower(this.cluster, target, (error) => this.failures.push(error));
    follower.show(true);
    return follower;
  }

  dispose(): void {
    this.cluster.dispose();
  }
}

/** Resolves with the state once it is what is looked for. */
export function untilState(
  follower: StateFollower,
  what: string,
  accept: (state: AllocationState) => boolean,
): Promise<AllocationState> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      listening.dispose();
      reject(new Error(`Waited ${String(limitMs)} ms for ${what}. Last seen:\n${textOf(follower.state)}`));
    }, limitMs);
    const look = () => {
      if (!accept(follower.state)) return;
      clearTimeout(timer);
      listening.dispose();
      resolve(follower.state);
    };
    const listening = follower.onDidChange(look);
    look();
  });
}

export function textOf(state: AllocationState): string {
  const words = { cluster: 'here', nowMs: Date.now(), moment: (ms: number) => new Date(ms).toISOString() };
  return stateText(state, 'it', words)
    .map(({ text }) => text)
    .join('\n');
}
