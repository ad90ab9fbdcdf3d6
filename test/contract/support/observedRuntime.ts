import type { Tests } from './coverage.ts';

/** Of deployments, allocations, streams and rights, and of documents; see `observed`. */
export const observedRuntime: Readonly<Record<string, Tests>> = {
  'Promoting nothing or unknown groups succeeds without effect, and promoting too early is 500': {
    canaries: [
      'are not promoted by a promotion of nothing or of unknown groups, which succeeds',
      'are promoted a second time with success, while the deployment runs',
    ],
    deployments: ['is not promoted too early'],
  },
  'A deployment that has ended refuses every change, and the id has to be in the body as well as in the path': {
    rollouts: ['refuses every change of one that has ended'],
    deployments: ['wants the id in the body too'],
  },
  'The first version has no canaries, and the description of a deployment says which promotion it waits for': {
    deployments: ['has no canaries in a first version', 'says what it waits for'],
    canaries: ['say that they promote by themselves'],
  },
  'Health comes some time after it is due, success after that, and promotion ends all old allocations at once': {
    canaries: [
      'are found healthy after the time that they have to be, and before the deployment ends',
      'take the place of all old allocations at once when they are promoted',
    ],
  },
  'A paused deployment goes on counting health and can be promoted, but nothing is placed before it resumes': {
    canaries: ['get healthy and are promoted while they are paused, but nothing follows before they go on'],
    rollouts: ['pauses and resumes'],
  },
  'Failing leaves the job at its version, unless it reverts by itself, which makes a version that is stable': {
    canaries: [
      'stop when the deployment is failed, and leave the job at its version with the old allocations',
      'that revert by themselves make a version that is stable at once',
    ],
  },
  'A deployment that ended, failed, paused or was cancelled has fixed words for the reason': {
    rollouts: ['fails when an allocation is called unhealthy', 'fails without progress before its deadline'],
    deployments: ['is cancelled by a newer version'],
    stop: ['cancels a deployment that runs'],
  },
  'A changed count starts a deployment that forgets the health of what is kept, and all writes name a revert': {
    deployments: [
      'begin anew with a count, and forget the health of what is kept',
      'answer every write with a version to which they reverted, or null',
    ],
  },
  'Scaling errors are 400 or 404; scaling is blocked while a deployment runs and works on a stopped job': {
    scale: ['is blocked while a deployment runs', 'refuses an unknown group and an unknown job'],
    scaling: ['bound the count, and can be recorded against'],
    jobs: ['are scaled although they are stopped, and hardly as system jobs'],
  },
  'Dispatching checks meta and the size of the payload, and an idempotency token finds the earlier child': {
    children: [
      'refuses missing and unknown meta, and a payload that is too large',
      'finds the first child again by an idempotency token',
    ],
    jobs: ['leave their children running when they are purged'],
  },
  'Jobs that only make children have no evaluation, and a batch job that waits to be rescheduled is pending': {
    jobs: [
      'have an evaluation unless they only make children, which forbid no forced one',
      'wait as pending to be scheduled again, and are dead in the end',
      'run nothing anew when they are over and registered as they were',
    ],
    plan: ['tells when a periodic job would start'],
    children: ['starts a child now'],
  },
  'A bad signal succeeds, ten events of a task are kept, and unknown tasks have zeros for statistics': {
    allocations: [
      'take no account of a signal that is none',
      'keep the last ten events of a task',
      'measure nothing of an unknown task',
      'restarts one task in place',
      'stops one, which is replaced',
    ],
  },
  'Reading by id ignores the namespace, and without rights an allocation is unknown with status 500': {
    namespaces: ['do not matter for what is read by id'],
    acl: ['hide allocations as unknown', 'lets a lister list, and nothing more'],
  },
  'Frames of logs have nothing between them, hold up to 65,536 bytes, cut characters and miscount the last': {
    streams: [
      'hold 65,536 bytes and wrong offsets, and cut characters',
      'are empty once a second while nothing is written',
    ],
  },
  'A log from its end without an offset is the whole last file, and a plain silent one has no head': {
    streams: [
      'start from the end where an offset is below zero, or an end is asked for',
      'have no head while a log is plain, followed, and says nothing',
      'replay the whole last file from an end without an offset',
    ],
  },
  'Following a log never ends by itself, and before its task starts there is none': {
    streams: [
      'go on through a restart, a stop and the end of the allocation',
      'end by themselves where nothing is followed',
    ],
    logs: ['are not there before their task starts', 'refuses unknown tasks, types and allocations'],
  },
  'Since 2.0 a command is refused by a close frame behind the upgrade, before that by an HTTP answer': {
    commands: [
      'are refused by a close frame behind the upgrade',
      'leave the connection open where their parameters are wrong, since 2.0',
      'are refused before the upgrade on older agents',
    ],
    sockets: ['refuse parameters after the upgrade, since 2.0'],
    actions: ['are no part of older agents'],
  },
  'A command ends with its exit code and no close frame, and an exit code of 0 is left out': {
    sockets: ['end with the exit code, and then without a close frame', 'leave an exit code of 0 out'],
  },
  'Without a terminal a command has ended only after its input was closed, with one closing does nothing': {
    commands: [
      'say that they ended only after their input was closed',
      'do not end on a terminal when their input is closed, but by its control key',
    ],
    sockets: ['tell of the exit at once where there is a terminal'],
  },
  'A command outlives the connection that started it, be that lost or closed, with or without a terminal': {
    commands: ["outlive a connection that is ${how}, ${tty === 'true' ? 'with' : 'without'} a terminal"],
    exec: ['asks the command to end when the session is given up'],
  },
  'A command has no heartbeats or pings of the server, and one unreadable frame makes it deaf to input': {
    commands: [
      'get pongs for pings, but no pings and no heartbeats',
      'get no input any more after a frame that can not be read',
    ],
    blocking: ['brings no frame of a command that says nothing'],
    sockets: ['may be empty, as heartbeats are, and hold unknown keys'],
  },
  'Output comes in frames of at most 4096 bytes that cut characters, and other origins are turned away': {
    commands: [
      'take 256 KB in one frame, and give them back in pieces that cut characters',
      'have a terminal of the kind that the agent has, which mixes their outputs',
      'end with the task, by a close frame',
    ],
    sockets: ['carry 4096 bytes at most', 'are not for pages of other hosts'],
  },
  'A token in the first frame is judged by close codes, and a first frame that never comes is waited for': {
    acl: [
      'are told of by codes where the token is in the first frame',
      'are waited for where the first frame does not come',
    ],
    sockets: ['lets the command run'],
  },
  'Events start with a heartbeat and with what happened before, and unknown topics are silent streams': {
    blocking: [
      'lies between two heartbeats of a stream of events, which is silent otherwise',
      'bring a heartbeat of the events every half minute',
    ],
    events: [
      'starts with a heartbeat',
      'sends nothing of another namespace',
      'begin with what happened before, unless they are told where',
    ],
  },
  'Without rights events are refused before 2.0 and silent since, also when the token is deleted meanwhile': {
    events: [
      'are refused by older agents, and are silent since 2.0 until they end',
      'tell nothing more to a token that is deleted',
    ],
    acl: ['denies the event stream by silence or by an error'],
  },
  'A search gives up after twenty, knows a fixed list of contexts, and shows names of jobs of other namespaces': {
    search: [
      'gives up after twenty',
      'wants two characters of a name',
      'knows its contexts',
      'finds names by any part of them, in any case',
    ],
    acl: ['let a search in all namespaces find jobs of others by their beginning'],
  },
  'No token, a wrong and an expired one are all 403, and only reading the token itself tells them apart': {
    acl: [
      'end with a token, of which nothing but itself tells',
      'are read from two headers, whatever stands round a secret, and from no query',
      'are needed to parse, and to see a namespace',
      'denies without a token, with a wrong one, and with one that is no UUID',
      'tells of a token what depends on the version',
    ],
  },
  'With client certificates each mistake has an error of its own, some of them only after the handshake': {
    tls: [
      'refuses a client without a certificate after the handshake',
      'refuses an older client without a certificate within the handshake',
      'refuses a certificate of another authority',
      'is not trusted by a client without its authority',
      'tells a client that speaks HTTP so in words',
    ],
  },
  'Deployments have more fields than documents list and always a description, and PUT works as POST does': {
    deployments: [
      'have more fields than documents show, and always a description',
      'answer every write with a version to which they reverted, or null',
      'show an evaluation of a pause, which makes none, and only POST',
    ],
  },
  'Every write to a deployment names the version it reverted to, which is null unless there was a revert': {
    deployments: ['answer every write with a version to which they reverted, or null'],
    canaries: ['that revert by themselves make a version that is stable at once'],
  },
  'Documents do not say that a short id or an odd prefix is 500, or that a namespace does not limit reads by id': {
    errors: [
      'are 500 for an id that is none, and 404 for one that nothing has',
      'are 500 for an odd number of digits to begin with, where a dash is none',
    ],
    namespaces: ['do not matter for what is read by id'],
  },
  'The error of a scaling is a boolean, neither it nor a message is needed, and an evaluation is always named': {
    reads: ['take the error of a scaling for words, and leave out what is always there'],
    scaling: ['bound the count, and can be recorded against', 'are not needed to scale, nor is a message'],
  },
  'A job is dead once it is stopped, although documents say that its allocations have ended by then': {
    jobs: ['are dead as soon as they are stopped, while their tasks still run'],
  },
  'The namespace of a parse request is for rights only, and documents do not tell that refusals are 500': {
    parse: ['do not take the namespace of the query'],
    acl: ['are needed to parse, and to see a namespace'],
    reads: ['know no status of requests that the server finds invalid'],
  },
  'Documents of 2017 know no sources, statuses, tags, priorities of evaluations or stops within a plan': {
    reads: ['know no stopping that a plan foresees, no priority of evaluations, and no source'],
    jobs: ['have an evaluation unless they only make children, which forbid no forced one'],
    statuses: ['are those of the jobs that exist'],
    tags: ['name a version, and compare with it'],
  },
};
