import type { Tests } from './coverage.ts';

/** Which tests cover what recordings of agents showed beyond all documents, by its place in their list. */
export const observed: Readonly<Record<number, Tests>> = {
  1: { errors: ['writes errors as bare text'], register: ['refuses what is invalid with the whole list'] },
  2: {
    errors: ['answers 405 for a wrong method', 'answers 404 without words for an unknown path'],
    register: ['wants a job in the body'],
  },
  3: { deployments: ['refuses short ids'], allocations: ['refuses short and unknown ids'] },
  4: { deployments: ['finds by a prefix of an even number of digits only'], search: ['takes an odd number of digits'] },
  5: { deployments: ['refuses unknown ids, with 404 only for reads'] },
  6: { reads: ['answers for an unknown job, differently by part'], actions: ['are refused where they are not'] },
  7: {
    stop: ['answers with success for an unknown job'],
    errors: ['reads an unknown part of a job as the id of another'],
  },
  8: {
    logs: [
      'answers a failed plain read with success and the words of the error',
      'refuses what is missing, and what lies outside',
    ],
    streams: ['answer a failed read of a part with success and the words of the error'],
  },
  9: {
    lists: ['lists every namespace, and none that is unknown'],
    register: ['refuses what is invalid with the whole list'],
    agent: ['refuses a region that it does not know'],
  },
  10: {
    paging: ['have a size that is a number, since 2.0'],
    errors: ['leads doubled slashes to the clean path'],
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
    parse: ['gives one line for each of several errors', 'wants exactly one job'],
    surprises: ['fold several problems of one kind into one line'],
  },
  14: {
    surprises: [
      'take no flags with values of variables',
      'do not take the namespace of the query',
      'may leave out quotes, and repeat the name of a group',
    ],
    parse: ['ignores values of undeclared variables', 'refuses files of the server'],
  },
  15: { parse: ['names the place of a syntax error'], surprises: ['have actions and links since 1.7'] },
  16: {
    validate: ['answers with success for a bad job, and lists what is wrong', 'does not know drivers'],
    register: ['accepts an unknown driver, whose evaluation is then blocked'],
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
  23: { surprises: ['show the source of an earlier version for one that has none'] },
  24: {
    reads: ['lists versions, the newest first, with one diff fewer'],
    revert: ['refuses the current version, a missing one, and a missing job', 'enforces the current version'],
  },
  25: {
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
  },
  27: {
    ids: ['may not hold spaces', 'read the same with an encoded slash and a bare one'],
    surprises: [
      'can not be read where their id ends like a part of a job',
      'can not have an id that a path would lose',
    ],
  },
  28: {
    lists: ['pages, and names the first item of the next page', 'turns the order of jobs round, since 2.0'],
    paging: ['page evaluations, deployments and allocations too'],
  },
  29: { lists: ['puts the last changed first'], surprises: ['name statuses in any case'], statuses: ['need a name'] },
  30: { surprises: ['list their deployments by id, not by age'] },
  31: { surprises: ['filter by the whole object, not by the row'], lists: ['refuses filters that it cannot read'] },
  32: {
    blocking: [
      'answer after the wait and up to a sixteenth of it, with what they had',
      'do not block at an index that has passed',
      'refuse an index and a wait that are none',
    ],
    surprises: ['wait five minutes for a wait of zero'],
  },
  33: { blocking: ['block on what does not exist yet'], surprises: ['are not woken by jobs that a prefix leaves out'] },
  34: {
    deployments: ['passes over unknown groups, and over a promotion of nothing', 'is not promoted too early'],
    'surprises-runtime': ['are promoted twice without complaint, and stop all old allocations'],
  },
  35: { rollouts: ['refuses every change of one that has ended'], deployments: ['wants the id in the body too'] },
  36: {
    deployments: ['has no canaries in a first version', 'says what it waits for'],
    'surprises-runtime': ['say that they promote by themselves'],
  },
  37: {
    'surprises-runtime': ['are promoted twice without complaint, and stop all old allocations'],
    deployments: ['rolls out by canary, promotion and replacement, as events tell'],
  },
  38: {
    rollouts: ['pauses and resumes'],
    'surprises-runtime': ['are promoted while they are paused, and resume without a word about it'],
  },
  39: {
    rollouts: ['fails on demand, which leaves the allocations running'],
    'surprises-runtime': ['that revert by themselves make a version that is stable at once'],
  },
  40: {
    rollouts: ['fails when an allocation is called unhealthy', 'fails without progress before its deadline'],
    deployments: ['is cancelled by a newer version'],
    stop: ['cancels a deployment that runs'],
  },
  41: {
    'surprises-runtime': ['are made by a change of the count, too'],
    rollouts: ['fails on demand, which leaves the allocations running'],
  },
  42: {
    scale: ['is blocked while a deployment runs', 'refuses an unknown group and an unknown job'],
    scaling: ['bound the count, and can be recorded against'],
    surprises: ['are scaled although they are stopped, and hardly as system jobs'],
  },
  43: {
    children: [
      'refuses missing and unknown meta, and a payload that is too large',
      'finds the first child again by an idempotency token',
    ],
    surprises: ['leave their children running when they are purged'],
  },
  44: {
    children: ['starts a child now'],
    surprises: [
      'start a second child although they forbid an overlap',
      'run nothing anew when they are over and registered as they were',
    ],
  },
  45: {
    'surprises-runtime': [
      'take no account of a signal that is none',
      'keep the last ten events of a task',
      'measure nothing of an unknown task',
    ],
    allocations: ['restarts one task in place'],
  },
  46: { namespaces: ['do not matter for what is read by id'], acl: ['lets a lister list, and nothing more'] },
  47: { 'surprises-runtime': ['send a heartbeat every second, on no line of its own'], streams: ['give a file whole'] },
  48: {
    streams: ['replay the whole last file from an end without an offset'],
    'surprises-runtime': ['send not even headers while a task is quiet and its log plain'],
  },
  49: {
    'surprises-runtime': ['go on for an allocation that is over', 'are not there before their task starts'],
    logs: ['refuses unknown tasks, types and allocations'],
  },
  50: { sockets: ['refuse parameters after the upgrade, since 2.0'], actions: ['are no part of older agents'] },
  51: { sockets: ['end with the exit code, and then without a close frame', 'leave an exit code of 0 out'] },
  52: {
    exec: ['reports the exit only after the input is closed'],
    sockets: ['tell of the exit at once where there is a terminal'],
  },
  53: {
    sockets: ['are not needed for a command to go on'],
    exec: ['asks the command to end when the session is given up'],
  },
  54: {
    sockets: [
      'get no answer to garbage, after which input is ignored',
      'may be empty, as heartbeats are, and hold unknown keys',
    ],
  },
  55: { sockets: ['carry 4096 bytes at most', 'are not for pages of other hosts'], exec: ['ends with the task'] },
  56: { sockets: ['lets the command run', 'has to be a good one', 'is waited for'] },
  57: {
    events: ['starts with a heartbeat'],
    'surprises-runtime': [
      'begin with what happened before, unless they are told where',
      'are silent for topics that there are not',
    ],
  },
  58: { acl: ['denies the event stream by silence or by an error'] },
  59: { search: ['gives up after twenty', 'wants two characters of a name', 'knows its contexts'] },
  60: {
    acl: [
      'denies without a token, with a wrong one, and with one that is no UUID',
      'tells of a token what depends on the version',
      'takes a token with spaces round it',
    ],
    surprises: ['is ignored'],
  },
  61: {
    tls: [
      'refuses a client without a certificate',
      'tells a plain client that it speaks HTTPS',
      'is refused by a client that trusts another authority',
    ],
  },
  62: {
    'surprises-runtime': ['are made by a change of the count, too'],
    errors: ['takes POST for PUT and PUT for POST'],
  },
  63: {
    'surprises-runtime': ['that revert by themselves make a version that is stable at once'],
    rollouts: ['fails on demand, which leaves the allocations running'],
  },
  64: {
    allocations: ['finds by a prefix of an even number of digits only'],
    namespaces: ['do not matter for what is read by id'],
  },
  65: { scaling: ['bound the count, and can be recorded against', 'are not needed to scale, nor is a message'] },
  66: { stop: ['makes a new version that is stopped and dead at once, and ends the tasks'] },
  67: { surprises: ['do not take the namespace of the query'], register: ['enforces the index'] },
  68: { register: ['keeps the source with the version'], children: ['starts a child with payload and meta'] },
};

/** Which tests cover where published pages say something else, by its place in the list of these. */
export const documented: Readonly<Record<number, Tests>> = {
  1: { reads: ['lists versions, the newest first, with one diff fewer'] },
  2: { children: ['refuses missing and unknown meta, and a payload that is too large'] },
  3: { surprises: ['take no flags with values of variables'] },
  4: { register: ['keeps the source with the version'] },
  5: { 'surprises-runtime': ['leave out what is zero, and send null for a time that is none'] },
  6: { 'surprises-runtime': ['leave out what is zero, and send null for a time that is none'] },
  7: { 'surprises-runtime': ['leave out what is zero, and send null for a time that is none'] },
  8: { 'surprises-runtime': ['say whether logs are disabled, not enabled'] },
  9: { events: ['tells of a registration in order'] },
  10: { sockets: ['leave an exit code of 0 out', 'may be empty, as heartbeats are, and hold unknown keys'] },
  11: { blocking: ['answer after the wait and up to a sixteenth of it, with what they had'] },
  12: { 'surprises-runtime': ['restart every task where the key of the one is wrong'] },
  13: { login: ['lets finer rights do their part, since 1.11'] },
  14: { plan: ['says why a group does not fit'] },
  15: { services: ['are found by job and by allocation'] },
  16: { scaling: ['are not needed to scale, nor is a message'] },
};
