import type { Tests } from './coverage.ts';
import { observedRequests } from './observedRequests.ts';
import { observedRuntime } from './observedRuntime.ts';

/** Which tests cover what recordings of agents showed beyond all documents, by its place in their list. */
export const observed: Readonly<Record<number, Tests>> = { ...observedRequests, ...observedRuntime };

/** Which tests cover where published pages say something else, by its place in the list of these. */
export const documented: Readonly<Record<number, Tests>> = {
  1: { 'surprises-documents': ['show versions as a list, which are a field of an object'] },
  2: { 'surprises-documents': ['allow payloads of other sizes than 16,384 bytes'] },
  3: {
    surprises: ['take no flags with values of variables'],
    'surprises-documents': ['name a parser of the first language, which only older agents have'],
  },
  4: { 'surprises-documents': ['give a source an index of another name'] },
  5: {
    'surprises-documents': ['show fields of allocations and evaluations that are left out where they are zero'],
    'surprises-jobs': ['wait as pending to be scheduled again, and are dead in the end'],
  },
  6: { 'surprises-documents': ['show moments that are none as the first of the calendar, which are null'] },
  7: { 'surprises-documents': ['show fields of allocations and evaluations that are left out where they are zero'] },
  8: { 'surprises-documents': ['have logs enabled, where only their being disabled is told'] },
  9: {
    'surprises-documents': ['name an event that is the message of another, and too few of them'],
    'surprises-checks': ['keep a deployment from being healthy, until it fails'],
  },
  10: {
    sockets: ['leave an exit code of 0 out', 'may be empty, as heartbeats are, and hold unknown keys'],
    'surprises-exec': ['get pongs for pings, but no pings and no heartbeats'],
    'surprises-patience': ['brings no frame of a command that says nothing'],
  },
  11: {
    'surprises-patience': [
      'are the longest wait, and that of zero or none, and get a sixteenth longer',
      'does not end a wait of more than the limit, nor one of zero',
    ],
  },
  12: { 'surprises-runtime': ['restart every task where the key of the one is wrong'] },
  13: { login: ['lets finer rights do their part, since 1.11'] },
  14: { plan: ['says why a group does not fit'] },
  15: {
    'surprises-documents': ['leave the version out of a path, where nothing is'],
    services: ['are found by job and by allocation'],
  },
  16: {
    'surprises-documents': ['take the error of a scaling for words, and leave out what is always there'],
    scaling: ['are not needed to scale, nor is a message'],
  },
  17: { 'surprises-documents': ['look for a prefix that is refused'] },
  18: { 'surprises-documents': ['show an evaluation of a pause, which makes none, and only POST'] },
};
