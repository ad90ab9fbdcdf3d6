import type { Tests } from './coverage.ts';

/** Of requests, jobs and lists; see `observed`. */
export const observedRequests: Readonly<Record<number, Tests>> = {
  1: {
    'surprises-errors': ['are plain text without a line end, whose type older agents lose where they compress'],
    register: ['refuses what is invalid with the whole list', 'enforces the index'],
    revert: ['refuses the current version, a missing one, and a missing job'],
    deployments: ['is not promoted too early', 'refuses unknown ids, with 404 only for reads'],
  },
  2: {
    errors: ['answers 405 for a wrong method', 'answers 404 without words for an unknown path'],
    register: ['wants a job in the body'],
  },
  3: {
    'surprises-errors': ['are 500 for an id that is none, and 404 for one that nothing has'],
    deployments: ['refuses short ids'],
    allocations: ['refuses short and unknown ids'],
  },
  4: {
    'surprises-errors': ['are 500 for an odd number of digits to begin with, where a dash is none'],
    deployments: ['finds by a prefix of an even number of digits only'],
    search: ['takes an odd number of digits'],
  },
  5: { deployments: ['refuses unknown ids, with 404 only for reads'] },
  6: {
    reads: ['answers for an unknown job, differently by part'],
    actions: ['are refused where they are not', 'are no part of older agents'],
  },
  7: {
    'surprises-errors': ['do not come of stopping a job that is not there'],
    errors: ['reads an unknown part of a job as the id of another'],
  },
  8: {
    'surprises-errors': [
      'are read with success although they can not be read',
      'are listed and described with the status that fits',
    ],
    'surprises-acl': ['are missing with success where a file is read'],
  },
  9: {
    'surprises-lists': ['of namespaces that are not there are empty, whatever they list'],
    register: ['refuses what is invalid with the whole list'],
    agent: ['refuses a region that it does not know'],
  },
  10: {
    'surprises-lists': ['have a size that older agents do not look at'],
    'surprises-errors': ['lead to the clean path, for good on older agents only'],
    surprises: ['know HEAD and OPTIONS hardly anywhere'],
  },
  11: {
    surprises: [
      'let other origins only read what clients serve, and variables',
      'know HEAD and OPTIONS hardly anywhere',
      'may not be compressed',
    ],
  },
  12: {
    errors: ['has no Enterprise parts'],
    surprises: ['find no Enterprise, and no licence'],
    pauses: ['is for Enterprise'],
  },
  13: {
    'surprises-jobs': [
      'name one of several problems of the language, and count the others',
      'name each of several problems of names on a line of its own, in any order',
      'have no place where a value is missing',
    ],
    parse: ['gives one line for each of several errors', 'wants exactly one job'],
  },
  14: {
    surprises: [
      'take no flags with values of variables',
      'do not take the namespace of the query',
      'may leave out quotes, and repeat the name of a group',
    ],
    parse: ['ignores values of undeclared variables', 'refuses files of the server'],
  },
  15: {
    parse: ['names the place of a syntax error'],
    surprises: ['have actions and links since 1.7'],
    'surprises-jobs': ['are those with actions, on older agents'],
  },
  16: {
    validate: ['answers with success for a bad job, and lists what is wrong', 'does not know drivers'],
    'surprises-jobs': [
      'wait for a driver that no node has',
      'are placed although their driver takes no such settings, and never start',
    ],
  },
  17: {
    plan: [
      'leaves the diff out unless asked for',
      'shows an unchanged job as it is, with the index that EnforceIndex wants',
      'annotates what a change does to allocations',
    ],
    surprises: ['have a changed meta replace every allocation'],
  },
  18: { plan: ['accepts a change of type that registering refuses'] },
  19: {
    plan: ['shows a new job as added, at index 0'],
    register: ['enforces the index', 'knows EnforceIndex only in the body'],
  },
  20: {
    register: ['makes no version from an identical job, but an evaluation'],
    surprises: ['answer an identical job with an index that is not theirs, since 2.0'],
  },
  21: {
    register: ['lets the namespace of the query win over that of the job'],
    surprises: ['may spell keys in any case, add fields, and go on behind the document'],
  },
  22: {
    register: ['passes warnings on', 'drops a source above 1 MB with a warning'],
    surprises: ['are warned of what will go'],
  },
  23: { 'surprises-jobs': ['have the source of an earlier version where they came without one'] },
  24: {
    reads: ['lists versions, the newest first, with one diff fewer'],
    revert: ['refuses the current version, a missing one, and a missing job', 'enforces the current version'],
  },
  25: {
    'surprises-jobs': ['are dead as soon as they are stopped, while their tasks still run'],
    stop: [
      'makes a new version that is stopped and dead at once, and ends the tasks',
      'purges a job with its versions, deployments and allocations',
    ],
    revert: ['starts a stopped job'],
  },
  26: {
    tags: [
      'stand on one version at most, which has no second one',
      'are unknown before 1.9, where nothing is stopped in their place',
    ],
    'surprises-jobs': ['that name tags of versions are other things to older agents'],
  },
  27: {
    ids: ['may not hold spaces', 'read the same with an encoded slash and a bare one'],
    surprises: [
      'can not be read where their id ends like a part of a job',
      'can not have an id that a path would lose',
    ],
    'surprises-jobs': [
      'may hold tabs and line ends and be long, but hold no null character',
      'that end like a part of a job lead to that part',
      'work encoded since 2.0, and never before',
    ],
  },
  28: {
    'surprises-lists': [
      'name the first item of the next page, jobs by namespace and id',
      'name the first item of the next page, other things by index and id',
      'turn round, but those of jobs not on older agents',
    ],
    paging: ['page evaluations, deployments and allocations too'],
  },
  29: {
    lists: ['puts the last changed first', 'is not there before 1.8'],
    surprises: ['name statuses in any case'],
    statuses: ['need a name'],
  },
  30: {
    surprises: ['list their deployments by id, not by age'],
    'surprises-lists': ['have keys in an order of no meaning'],
  },
  31: { surprises: ['filter by the whole object, not by the row'], lists: ['refuses filters that it cannot read'] },
  32: {
    'surprises-lists': [
      'takes up to a sixteenth longer, by chance',
      'takes the same index again for what did not change',
      'takes no time at index 0, and no unit is no wait',
      'may be asked for as long as one likes',
    ],
    'surprises-patience': [
      'does not end a wait of more than the limit, nor one of zero',
      'are the longest wait, and that of zero or none, and get a sixteenth longer',
    ],
    blocking: ['do not block at an index that has passed', 'refuse an index and a wait that are none'],
  },
  33: {
    'surprises-lists': [
      'takes place for a job that is not there, which has an index all the same',
      'goes on while others register what a prefix leaves out',
    ],
  },
};
