import type { Tests } from './coverage.ts';
import { observedRequests } from './observedRequests.ts';
import { observedRuntime } from './observedRuntime.ts';

/** Which tests cover what recordings of agents showed beyond all documents, by what that is. */
export const observed: Readonly<Record<string, Tests>> = { ...observedRequests, ...observedRuntime };

/** Which tests cover where published pages say something else, by what they say and what is. */
export const documented: Readonly<Record<string, Tests>> = {
  'Versions of a job are said to be a bare list, and are a field of an object': {
    reads: ['show versions as a list, which are a field of an object'],
  },
  'The payload of a dispatch is said to be limited to 15 KB or 64 KiB, and is to 16,384 bytes': {
    reads: ['allow payloads of other sizes than 16,384 bytes'],
  },
  'Parsing is said to take flags with variables and a field `HCLv1`, which is `hclv1` and gone since 1.9': {
    parse: ['take no flags with values of variables'],
    reads: ['name a parser of the first language, which only older agents have'],
  },
  'The index of a source is called `JobIndex` in documents and `JobModifyIndex` in answers': {
    reads: ['give a source an index of another name'],
  },
  'The delay of a rescheduling is shown as a text within rows of allocations, and is a number elsewhere': {
    reads: ['show fields of allocations and evaluations that are left out where they are zero'],
    jobs: ['wait as pending to be scheduled again, and are dead in the end'],
  },
  'Moments that have not come are shown as the year 1, and are null': {
    reads: ['show moments that are none as the first of the calendar, which are null'],
  },
  'Fields of allocations and evaluations are shown as zero, and are left out': {
    reads: ['show fields of allocations and evaluations that are left out where they are zero'],
  },
  'Logs are shown as enabled, while answers tell whether they are disabled': {
    reads: ['have logs enabled, where only their being disabled is told'],
  },
  'The list of task events lacks some that exist, and has one that is only the message of another': {
    deployments: ['name an event that is the message of another, and too few of them'],
    services: ['keep a deployment from being healthy, until it fails'],
  },
  'A command is said always to have an exit code and to get heartbeats, and has neither when it ends with 0': {
    sockets: ['leave an exit code of 0 out', 'may be empty, as heartbeats are, and hold unknown keys'],
    commands: ['get pongs for pings, but no pings and no heartbeats'],
    blocking: ['brings no frame of a command that says nothing'],
  },
  'The longest wait is said to be ten minutes, and is five': {
    blocking: [
      'are the longest wait, and that of zero or none, and get a sixteenth longer',
      'does not end a wait of more than the limit, nor one of zero',
    ],
  },
  'Restarting is said to take a key `Task`, which is ignored, so that every task restarts; it is `TaskName`': {
    allocations: ['restart every task where the key of the one is wrong'],
  },
  'Changing a deployment is said to need the right to submit jobs, and since 1.11 finer rights do as well': {
    login: ['lets finer rights do their part, since 1.11'],
  },
  'An exhausted dimension is said to be called `cpu exhausted`, and is called `cpu`': {
    plan: ['says why a group does not fit'],
  },
  'The path of the services of a job is printed without its version, and is not found so': {
    reads: ['leave the version out of a path, where nothing is'],
    services: ['are found by job and by allocation'],
  },
  'Scaling is said to need a message or an error, and needs neither': {
    reads: ['take the error of a scaling for words, and leave out what is always there'],
    scaling: ['are not needed to scale, nor is a message'],
  },
  'A list of deployments is asked for by an odd prefix in documents, which is refused': {
    deployments: ['look for a prefix that is refused'],
  },
  'Pausing a deployment is shown with an evaluation, which it never has, and only by POST although PUT works': {
    deployments: ['show an evaluation of a pause, which makes none, and only POST'],
  },
};
