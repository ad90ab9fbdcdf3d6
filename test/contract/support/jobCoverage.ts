import type { OperationTests } from './coverage.ts';

/** Jobs, and what they make. */
export const jobOperations: Readonly<Record<string, OperationTests>> = {
  'jobs.list': {
    success: { lists: ['lists jobs by id, with a summary'] },
    failure: { lists: ['refuses filters that it cannot read'] },
  },
  'jobs.statuses': {
    success: { lists: ['joins jobs with their allocations and deployment'] },
    failure: { lists: ['is not there before 1.8'], statuses: ['need a name'] },
  },
  'jobs.statusesOf': {
    success: { statuses: ['are those of the jobs that exist'] },
    failure: { statuses: ['need a name', 'are not there before 1.8'] },
  },
  'jobs.read': {
    success: { reads: ['reads the job as it stands'] },
    failure: { reads: ['answers for an unknown job, differently by part'] },
  },
  'jobs.parse': {
    success: { parse: ['turns a jobspec into a job'] },
    failure: { parse: ['names the place of a syntax error'] },
  },
  'jobs.validate': {
    success: { validate: ['finds nothing wrong with a good job'] },
    failure: {
      validate: ['answers with success for a bad job, and lists what is wrong'],
      regions: ['is refused in a region that is not there'],
    },
  },
  'jobs.plan': {
    success: { plan: ['annotates what a change does to allocations'] },
    failure: { plan: ['refuses invalid jobs, and jobs of nowhere'] },
  },
  'jobs.register': {
    success: { register: ['answers with an evaluation and the index of the job'] },
    failure: { register: ['enforces the index', 'refuses what is invalid with the whole list'] },
  },
  'jobs.stop': {
    success: {
      stop: [
        'makes a new version that is stopped and dead at once, and ends the tasks',
        'purges a job with its versions, deployments and allocations',
      ],
    },
    failure: { stop: ['answers with success for an unknown job'], acl: ['denies a reader every change'] },
  },
  'jobs.tagVersion': {
    success: { tags: ['name a version, and compare with it'] },
    failure: { tags: ['need a version that exists'] },
  },
  'jobs.untagVersion': { success: { tags: ['go away again'] }, failure: { tags: ['need a version that exists'] } },
  'jobs.versions': {
    success: { reads: ['lists versions, the newest first, with one diff fewer'] },
    failure: { reads: ['answers for an unknown job, differently by part'] },
  },
  'jobs.submission': {
    success: { register: ['keeps the source with the version'] },
    failure: { register: ['has no source of a version that does not exist'] },
  },
  'jobs.summary': {
    success: { reads: ['sums up its allocations by group'] },
    failure: { reads: ['answers for an unknown job, differently by part'] },
  },
  'jobs.allocations': {
    success: { reads: ['lists allocations of every version'] },
    failure: {
      reads: ['answers for an unknown job, differently by part'],
      regions: ['is refused in a region that is not there'],
    },
  },
  'jobs.evaluations': {
    success: { reads: ['lists evaluations'] },
    failure: {
      reads: ['answers for an unknown job, differently by part'],
      regions: ['is refused in a region that is not there'],
    },
  },
  'jobs.deployments': {
    success: { reads: ['lists deployments, and reads the latest'] },
    failure: {
      reads: ['answers for an unknown job, differently by part'],
      regions: ['is refused in a region that is not there'],
    },
  },
  'jobs.latestDeployment': {
    success: { reads: ['lists deployments, and reads the latest'] },
    failure: {
      reads: ['answers for an unknown job, differently by part'],
      regions: ['is refused in a region that is not there'],
    },
  },
  'jobs.services': {
    success: { services: ['are found by job and by allocation'] },
    failure: { services: ['are found by job and by allocation'] },
  },
  'jobs.actions': {
    success: { actions: ['are listed with their commands'] },
    failure: { actions: ['are refused where they are not'] },
  },
  'jobs.action': {
    success: { actions: ['run to an exit code'] },
    failure: { actions: ['are refused where they are not'] },
  },
  'jobs.revert': {
    success: { revert: ['makes a new version from an earlier one'] },
    failure: { revert: ['refuses the current version, a missing one, and a missing job'] },
  },
  'jobs.evaluate': { success: { reads: ['evaluates a job again'] }, failure: { reads: ['evaluates a job again'] } },
  'jobs.dispatch': {
    success: { children: ['starts a child with payload and meta'] },
    failure: { children: ['refuses missing and unknown meta, and a payload that is too large'] },
  },
  'jobs.periodicForce': {
    success: { children: ['starts a child now'] },
    failure: { children: ['refuses jobs that are not periodic'] },
  },
  'jobs.scale': {
    success: { scale: ['sets the count of a group and makes a new version'] },
    failure: { scale: ['refuses an unknown group and an unknown job'] },
  },
  'jobs.scaleStatus': {
    success: { scale: ['sets the count of a group and makes a new version'] },
    failure: { reads: ['answers for an unknown job, differently by part'] },
  },
  'jobs.stable': {
    success: { reads: ['marks versions stable and unstable'] },
    failure: { reads: ['marks versions stable and unstable'] },
  },
  'allocations.list': {
    success: { allocations: ['lists them with the states of their tasks'] },
    failure: { allocations: ['finds by a prefix of an even number of digits only'] },
  },
  'allocations.read': {
    success: { allocations: ['reads one with its job and resources'] },
    failure: { allocations: ['refuses short and unknown ids'] },
  },
  'allocations.stop': {
    success: { allocations: ['stops one, which is replaced'] },
    failure: { allocations: ['refuses short and unknown ids'] },
  },
  'allocations.restart': {
    success: { allocations: ['restarts one task in place'] },
    failure: { allocations: ['refuses short and unknown ids'] },
  },
  'allocations.signal': { success: { allocations: ['signals a task'] }, failure: { allocations: ['signals a task'] } },
  'allocations.stats': {
    success: { allocations: ['measures its tasks'] },
    failure: { allocations: ['refuses short and unknown ids'] },
  },
  'allocations.checks': {
    success: { services: ['tell how their checks went'] },
    failure: { services: ['tell how their checks went'] },
  },
  'allocations.services': {
    success: { services: ['are found by job and by allocation'] },
    failure: { services: ['are found by job and by allocation'] },
  },
  'allocations.pauseState': { success: {}, failure: { pauses: ['is for Enterprise'] } },
  'allocations.setPauseState': { success: {}, failure: { pauses: ['is for Enterprise'] } },
  'allocations.collectGarbage': {
    success: { nodes: ['remove what finished allocations left'] },
    failure: { nodes: ['remove what finished allocations left'] },
  },
  'allocations.logs': {
    success: { logs: ['gives the bytes of stdout and of stderr'] },
    failure: { logs: ['refuses unknown tasks, types and allocations'] },
  },
  'allocations.logParts': {
    success: {
      streams: [
        'name the file of a log, and where it stands',
        'give a log plain, without names',
        'start at an offset, plain or framed',
        'replay the whole last file from an end without an offset',
      ],
    },
    failure: { streams: ['are refused where there is nothing to read'] },
  },
  'allocations.exec': {
    success: { exec: ['runs a command and keeps its outputs apart'] },
    failure: { exec: ['refuses unknown tasks, commands and allocations'] },
  },
  'deployments.list': {
    success: { lists: ['lists deployments, the oldest first'] },
    failure: { deployments: ['finds by a prefix of an even number of digits only'] },
  },
  'deployments.read': {
    success: { rollouts: ['pauses and resumes'] },
    failure: { deployments: ['refuses unknown ids, with 404 only for reads'] },
  },
  'deployments.allocations': {
    success: { deployments: ['says what it waits for'] },
    failure: {
      deployments: ['refuses unknown ids, with 404 only for reads'],
      regions: ['is refused in a region that is not there'],
    },
  },
  'deployments.promoteAll': {
    success: { deployments: ['rolls out by canary, promotion and replacement, as events tell'] },
    failure: { deployments: ['is not promoted too early'] },
  },
  'deployments.promoteGroups': {
    success: { deployments: ['promotes one of two groups, and then the other'] },
    failure: { deployments: ['refuses unknown ids, with 404 only for reads'] },
  },
  'deployments.fail': {
    success: { rollouts: ['fails on demand, which leaves the allocations running'] },
    failure: { rollouts: ['refuses every change of one that has ended'] },
  },
  'deployments.pause': {
    success: { rollouts: ['pauses and resumes'] },
    failure: { rollouts: ['refuses every change of one that has ended'] },
  },
  'deployments.unblock': {
    success: { regions: ['finds nothing to unblock where there is one region'] },
    failure: { rollouts: ['refuses every change of one that has ended'] },
  },
  'deployments.setHealth': {
    success: { rollouts: ['takes health by hand'] },
    failure: { rollouts: ['refuses health of nothing, and of unknown allocations'] },
  },
  'evaluations.list': {
    success: { lists: ['lists evaluations of a job, and by status'] },
    failure: { evaluations: ['are refused where they are not'] },
  },
  'evaluations.count': {
    success: { evaluations: ['are counted, all of them or what a filter takes'] },
    failure: { evaluations: ['are counted, all of them or what a filter takes'] },
  },
  'evaluations.read': {
    success: { evaluations: ['name those that came before and after'] },
    failure: { evaluations: ['are refused where they are not'] },
  },
  'evaluations.allocations': {
    success: { evaluations: ['know what they placed'] },
    failure: { evaluations: ['know what they placed'], regions: ['is refused in a region that is not there'] },
  },
};
