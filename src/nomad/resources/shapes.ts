import { flag, index, listOf, mapOf, maybe, number, object, text } from '../http/shape.ts';
import type { Shape } from '../http/shape.ts';

/*
 * What has to hold of an answer so that whoever reads it can: the fields that the extension reads, as they are in every
 * version of Nomad. What is missing or null counts as zero, as Nomad's own clients take it.
 */

const texts = maybe(listOf(text));
const numbers = maybe(mapOf(number));

const commonOfJobs = {
  ID: text,
  Name: maybe(text),
  Namespace: maybe(text),
  ParentID: maybe(text),
  Type: maybe(text),
  Status: maybe(text),
  StatusDescription: maybe(text),
  NodePool: maybe(text),
  Datacenters: texts,
  Priority: maybe(number),
  Stop: maybe(flag),
  ModifyIndex: maybe(index),
  JobModifyIndex: maybe(index),
  CreateIndex: maybe(index),
  SubmitTime: maybe(number),
};

/** A whole job, as it is read; one that was only parsed is one too. */
export const job = object({
  ...commonOfJobs,
  Version: maybe(index),
  TaskGroups: maybe(
    listOf(
      object({
        Name: maybe(text),
        Count: maybe(number),
        Tasks: maybe(listOf(object({ Name: maybe(text), Driver: maybe(text) }))),
      }),
    ),
  ),
  Periodic: maybe(object({ Enabled: maybe(flag), Spec: maybe(text), Specs: texts })),
  ParameterizedJob: maybe(object({ Payload: maybe(text), MetaRequired: texts, MetaOptional: texts })),
  Dispatched: maybe(flag),
  VersionTag: maybe(object({ Name: maybe(text), Description: maybe(text) })),
});

export const jobStub = object({
  ...commonOfJobs,
  Periodic: maybe(flag),
  ParameterizedJob: maybe(flag),
  JobSummary: maybe(
    object({
      Summary: maybe(mapOf(maybe(object({ Running: maybe(number), Queued: maybe(number), Failed: maybe(number) })))),
      Children: maybe(object({ Pending: maybe(number), Running: maybe(number), Dead: maybe(number) })),
    }),
  ),
});

const health = maybe(object({ Canary: maybe(flag), Healthy: maybe(flag) }));

export const jobStatusItem = object({
  ...commonOfJobs,
  Version: maybe(index),
  GroupCountSum: maybe(number),
  ChildStatuses: texts,
  Allocs: maybe(
    listOf(
      object({
        ID: text,
        Group: maybe(text),
        ClientStatus: maybe(text),
        NodeID: maybe(text),
        JobVersion: maybe(index),
        DeploymentStatus: health,
      }),
    ),
  ),
  LatestDeployment: maybe(
    object({ ID: text, JobVersion: maybe(index), Status: maybe(text), StatusDescription: maybe(text) }),
  ),
});

const taskState = object({
  State: maybe(text),
  Failed: maybe(flag),
  Restarts: maybe(number),
  Events: maybe(
    listOf(
      object({ Type: maybe(text), Time: maybe(number), DisplayMessage: maybe(text), Details: maybe(mapOf(text)) }),
    ),
  ),
});

/** An allocation, whole or as a row of a list. */
export const allocation = object({
  ID: text,
  Name: maybe(text),
  Namespace: maybe(text),
  NodeID: maybe(text),
  NodeName: maybe(text),
  JobID: maybe(text),
  JobVersion: maybe(index),
  TaskGroup: maybe(text),
  DesiredStatus: maybe(text),
  DesiredDescription: maybe(text),
  ClientStatus: maybe(text),
  ClientDescription: maybe(text),
  DeploymentID: maybe(text),
  NextAllocation: maybe(text),
  FollowupEvalID: maybe(text),
  TaskStates: maybe(mapOf(taskState)),
  DeploymentStatus: health,
  CreateIndex: maybe(index),
  ModifyIndex: maybe(index),
  CreateTime: maybe(number),
  ModifyTime: maybe(number),
  Job: maybe(job),
});

export const deployment = object({
  ID: text,
  JobID: text,
  Namespace: maybe(text),
  JobVersion: maybe(index),
  JobModifyIndex: maybe(index),
  JobSpecModifyIndex: maybe(index),
  Status: maybe(text),
  StatusDescription: maybe(text),
  TaskGroups: maybe(
    mapOf(
      object({
        PlacedCanaries: texts,
        DesiredCanaries: maybe(number),
        DesiredTotal: maybe(number),
        PlacedAllocs: maybe(number),
        HealthyAllocs: maybe(number),
        UnhealthyAllocs: maybe(number),
        AutoRevert: maybe(flag),
        AutoPromote: maybe(flag),
        Promoted: maybe(flag),
      }),
    ),
  ),
  CreateIndex: maybe(index),
  ModifyIndex: maybe(index),
});

/** Why a group could not be placed. */
const metric = object({
  NodesEvaluated: maybe(number),
  NodesFiltered: maybe(number),
  NodesExhausted: maybe(number),
  NodesAvailable: numbers,
  ClassFiltered: numbers,
  ConstraintFiltered: numbers,
  ClassExhausted: numbers,
  DimensionExhausted: numbers,
  QuotaExhausted: texts,
});

export const evaluation: Shape = object({
  ID: text,
  JobID: maybe(text),
  Namespace: maybe(text),
  Status: maybe(text),
  StatusDescription: maybe(text),
  TriggeredBy: maybe(text),
  DeploymentID: maybe(text),
  NextEval: maybe(text),
  BlockedEval: maybe(text),
  FailedTGAllocs: maybe(mapOf(metric)),
  QueuedAllocations: numbers,
  CreateIndex: maybe(index),
  ModifyIndex: maybe(index),
});

const fields = maybe(listOf(object({ Type: maybe(text), Name: maybe(text), Old: maybe(text), New: maybe(text) })));

/** Objects of a diff hold objects. */
const objectDiff: Shape = object({
  Type: maybe(text),
  Name: maybe(text),
  Fields: fields,
  Objects: (value) => maybe(listOf(objectDiff))(value),
});
const objects = maybe(listOf(objectDiff));

const jobDiff = object({
  Type: maybe(text),
  ID: maybe(text),
  Fields: fields,
  Objects: objects,
  TaskGroups: maybe(
    listOf(
      object({
        Type: maybe(text),
        Name: maybe(text),
        Fields: fields,
        Objects: objects,
        Tasks: maybe(
          listOf(
            object({ Type: maybe(text), Name: maybe(text), Fields: fields, Objects: objects, Annotations: texts }),
          ),
        ),
        Updates: numbers,
      }),
    ),
  ),
});

export const plan = object({
  Annotations: maybe(object({ DesiredTGUpdates: maybe(mapOf(maybe(mapOf(number)))) })),
  FailedTGAllocs: maybe(mapOf(metric)),
  JobModifyIndex: maybe(index),
  CreatedEvals: maybe(listOf(object())),
  Diff: maybe(jobDiff),
  Warnings: maybe(text),
});

export const versions = object({ Versions: maybe(listOf(job)), Diffs: maybe(listOf(jobDiff)) });

export const submission = object({
  Source: text,
  Format: maybe(text),
  VariableFlags: maybe(mapOf(text)),
  Variables: maybe(text),
});

/** Answers of writes. */
export const jobWrite = object({
  EvalID: maybe(text),
  JobModifyIndex: maybe(index),
  Warnings: maybe(text),
});

export const deploymentWrite = object({ EvalID: maybe(text), DeploymentModifyIndex: maybe(index) });

export const agentSelf = object({
  config: object({ Region: maybe(text), Version: maybe(object({ Version: maybe(text) })) }),
});

export const tokenSelf = object({ AccessorID: maybe(text), Name: maybe(text), Type: maybe(text), Policies: texts });

export const named = object({ Name: text });
