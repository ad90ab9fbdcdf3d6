import type { Tests } from './coverage.ts';

/** Of deployments, allocations, streams and rights, and of documents; see `observed`. */
export const observedRuntime: Readonly<Record<number, Tests>> = {
  34: {
    'surprises-deployments': [
      'are not promoted by a promotion of nothing or of unknown groups, which succeeds',
      'are promoted a second time with success, while the deployment runs',
    ],
    deployments: ['is not promoted too early'],
  },
  35: { rollouts: ['refuses every change of one that has ended'], deployments: ['wants the id in the body too'] },
  36: {
    deployments: ['has no canaries in a first version', 'says what it waits for'],
    'surprises-runtime': ['say that they promote by themselves'],
  },
  37: {
    'surprises-deployments': [
      'are found healthy after the time that they have to be, and before the deployment ends',
      'take the place of all old allocations at once when they are promoted',
    ],
  },
  38: {
    'surprises-deployments': [
      'get healthy and are promoted while they are paused, but nothing follows before they go on',
    ],
    rollouts: ['pauses and resumes'],
  },
  39: {
    'surprises-deployments': [
      'stop when the deployment is failed, and leave the job at its version with the old allocations',
    ],
    'surprises-runtime': ['that revert by themselves make a version that is stable at once'],
  },
  40: {
    rollouts: ['fails when an allocation is called unhealthy', 'fails without progress before its deadline'],
    deployments: ['is cancelled by a newer version'],
    stop: ['cancels a deployment that runs'],
  },
  41: {
    'surprises-deployments': [
      'begin anew with a count, and forget the health of what is kept',
      'answer every write with a version to which they reverted, or null',
    ],
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
    'surprises-jobs': [
      'have an evaluation unless they only make children, which forbid no forced one',
      'wait as pending to be scheduled again, and are dead in the end',
    ],
    surprises: ['run nothing anew when they are over and registered as they were'],
    plan: ['tells when a periodic job would start'],
    children: ['starts a child now'],
  },
  45: {
    'surprises-runtime': [
      'take no account of a signal that is none',
      'keep the last ten events of a task',
      'measure nothing of an unknown task',
    ],
    allocations: ['restarts one task in place', 'stops one, which is replaced'],
  },
  46: {
    namespaces: ['do not matter for what is read by id'],
    'surprises-acl': ['hide allocations as unknown'],
    acl: ['lets a lister list, and nothing more'],
  },
  47: {
    'surprises-logs': [
      'hold 65,536 bytes and wrong offsets, and cut characters',
      'are empty once a second while nothing is written',
    ],
  },
  48: {
    'surprises-logs': [
      'start from the end where an offset is below zero, or an end is asked for',
      'have no head while a log is plain, followed, and says nothing',
    ],
    streams: ['replay the whole last file from an end without an offset'],
  },
  49: {
    'surprises-logs': [
      'go on through a restart, a stop and the end of the allocation',
      'end by themselves where nothing is followed',
    ],
    'surprises-runtime': ['are not there before their task starts'],
    logs: ['refuses unknown tasks, types and allocations'],
  },
  50: {
    'surprises-exec': [
      'are refused by a close frame behind the upgrade',
      'leave the connection open where their parameters are wrong, since 2.0',
      'are refused before the upgrade on older agents',
    ],
    sockets: ['refuse parameters after the upgrade, since 2.0'],
    actions: ['are no part of older agents'],
  },
  51: { sockets: ['end with the exit code, and then without a close frame', 'leave an exit code of 0 out'] },
  52: {
    'surprises-exec': [
      'say that they ended only after their input was closed',
      'do not end on a terminal when their input is closed, but by its control key',
    ],
    sockets: ['tell of the exit at once where there is a terminal'],
  },
  53: {
    'surprises-exec': ["outlive a connection that is ${how}, ${tty === 'true' ? 'with' : 'without'} a terminal"],
    exec: ['asks the command to end when the session is given up'],
  },
  54: {
    'surprises-exec': [
      'get pongs for pings, but no pings and no heartbeats',
      'get no input any more after a frame that can not be read',
    ],
    'surprises-patience': ['brings no frame of a command that says nothing'],
    sockets: ['may be empty, as heartbeats are, and hold unknown keys'],
  },
  55: {
    'surprises-exec': [
      'take 256 KB in one frame, and give them back in pieces that cut characters',
      'have a terminal of the kind that the agent has, which mixes their outputs',
      'end with the task, by a close frame',
    ],
    sockets: ['carry 4096 bytes at most', 'are not for pages of other hosts'],
  },
  56: {
    'surprises-acl': [
      'are told of by codes where the token is in the first frame',
      'are waited for where the first frame does not come',
    ],
    sockets: ['lets the command run'],
  },
  57: {
    'surprises-patience': [
      'lies between two heartbeats of a stream of events, which is silent otherwise',
      'bring a heartbeat of the events every half minute',
    ],
    events: ['starts with a heartbeat', 'sends nothing of another namespace'],
    'surprises-runtime': ['begin with what happened before, unless they are told where'],
  },
  58: {
    'surprises-acl': [
      'are refused by older agents, and are silent since 2.0 until they end',
      'tell nothing more to a token that is deleted',
    ],
    acl: ['denies the event stream by silence or by an error'],
  },
  59: {
    search: [
      'gives up after twenty',
      'wants two characters of a name',
      'knows its contexts',
      'finds names by any part of them, in any case',
    ],
    'surprises-acl': ['let a search in all namespaces find jobs of others by their beginning'],
  },
  60: {
    'surprises-acl': [
      'end with a token, of which nothing but itself tells',
      'are read from two headers, whatever stands round a secret, and from no query',
      'are needed to parse, and to see a namespace',
    ],
    acl: [
      'denies without a token, with a wrong one, and with one that is no UUID',
      'tells of a token what depends on the version',
    ],
  },
  61: {
    'surprises-tls': [
      'refuses a client without a certificate after the handshake',
      'refuses an older client without a certificate within the handshake',
      'refuses a certificate of another authority',
      'is not trusted by a client without its authority',
      'tells a client that speaks HTTP so in words',
    ],
  },
  62: {
    'surprises-deployments': [
      'have more fields than documents show, and always a description',
      'answer every write with a version to which they reverted, or null',
    ],
    'surprises-documents': ['show an evaluation of a pause, which makes none, and only POST'],
  },
  63: {
    'surprises-deployments': ['answer every write with a version to which they reverted, or null'],
    'surprises-runtime': ['that revert by themselves make a version that is stable at once'],
  },
  64: {
    'surprises-errors': [
      'are 500 for an id that is none, and 404 for one that nothing has',
      'are 500 for an odd number of digits to begin with, where a dash is none',
    ],
    namespaces: ['do not matter for what is read by id'],
  },
  65: {
    'surprises-documents': ['take the error of a scaling for words, and leave out what is always there'],
    scaling: ['bound the count, and can be recorded against', 'are not needed to scale, nor is a message'],
  },
  66: { 'surprises-jobs': ['are dead as soon as they are stopped, while their tasks still run'] },
  67: {
    surprises: ['do not take the namespace of the query'],
    'surprises-acl': ['are needed to parse, and to see a namespace'],
    'surprises-documents': ['know no status of requests that the server finds invalid'],
  },
  68: {
    'surprises-documents': ['know no stopping that a plan foresees, no priority of evaluations, and no source'],
    'surprises-jobs': ['have an evaluation unless they only make children, which forbid no forced one'],
    statuses: ['are those of the jobs that exist'],
    tags: ['name a version, and compare with it'],
  },
};
