import type { Deployment } from '../../../src/nomad/types/deployment.ts';
import type { NomadEvent } from '../../../src/nomad/types/event.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import type { Node } from '../../../src/nomad/types/node.ts';
import { type AllocationRecord, type EvaluationRecord, type NodeRecord, namespaceOf } from './records.ts';
import { allocationBody, evaluationBody, jobBody } from './wire.ts';
import { nodeBody } from './wireNode.ts';

/** The events of the stream, one maker a topic. `type` is the raft message behind them. */

export function jobEvent(type: string, index: number, job: Job, deleted = false): NomadEvent {
  const payload = deleted ? { Job: jobBody(job), Deleted: true } : { Job: jobBody(job) };
  return {
    Topic: 'Job',
    Type: type,
    Key: job.ID,
    Namespace: namespaceOf(job),
    FilterKeys: null,
    Index: index,
    Payload: payload,
  };
}

export function evaluationEvent(type: string, index: number, evaluation: EvaluationRecord): NomadEvent {
  return {
    Topic: 'Evaluation',
    Type: type,
    Key: evaluation.ID,
    Namespace: evaluation.Namespace,
    FilterKeys: [evaluation.JobID, evaluation.DeploymentID ?? ''],
    Index: index,
    Payload: { Evaluation: evaluationBody(evaluation) },
  };
}

export function allocationEvent(type: string, index: number, allocation: AllocationRecord): NomadEvent {
  return {
    Topic: 'Allocation',
    Type: type,
    Key: allocation.ID,
    Namespace: allocation.Namespace,
    FilterKeys: [allocation.JobID, allocation.DeploymentID],
    Index: index,
    Payload: { Allocation: allocationBody(allocation, false) },
  };
}

export function deploymentEvent(type: string, index: number, deployment: Deployment): NomadEvent {
  return {
    Topic: 'Deployment',
    Type: type,
    Key: deployment.ID,
    Namespace: namespaceOf(deployment),
    FilterKeys: [deployment.JobID],
    Index: index,
    Payload: { Deployment: deployment },
  };
}

export function nodeEvent(type: string, index: number, node: NodeRecord): NomadEvent {
  return {
    Topic: 'Node',
    Type: type,
    Key: node.ID,
    Namespace: '',
    FilterKeys: null,
    Index: index,
    Payload: { Node: nodeBody(node) as unknown as Node },
  };
}
