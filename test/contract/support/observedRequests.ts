import type { Tests } from './coverage.ts';

/** Of requests, jobs and lists; see `observed`. */
export const observedRequests: Readonly<Record<string, Tests>> = {
  'Errors are bare text without a line end, and most refusals by the server have status 500, not 4xx': {
    errors: ['are plain text without a line end, whose type older agents lose where they compress'],
    register: ['refuses what is invalid with the whole list', 'enforces the index'],
    revert: ['refuses the current version, a missing one, and a missing job'],
    deployments: ['is not promoted too early', 'refuses unknown ids, with 404 only for reads'],
  },
  'Bad JSON and bad parameters are 400, a wrong method is 405, and an unknown path is 404 with an empty body': {
    errors: ['answers 405 for a wrong method', 'answers 404 without words for an unknown path'],
    register: ['wants a job in the body'],
  },
  'An id in a path that is no whole UUID is 500, while a whole one that nothing has is 404': {
    errors: ['are 500 for an id that is none, and 404 for one that nothing has'],
    deployments: ['refuses short ids'],
    allocations: ['refuses short and unknown ids'],
  },
  'A prefix of ids has to have an even number of digits in lists, but may have an odd one in a search': {
    errors: ['are 500 for an odd number of digits to begin with, where a dash is none'],
    deployments: ['finds by a prefix of an even number of digits only'],
    search: ['takes an odd number of digits'],
  },
  'An unknown deployment is 404 to be read, 500 to be changed, and an empty list as to its allocations': {
    deployments: ['refuses unknown ids, with 404 only for reads'],
  },
  'What an unknown job is answered with depends on the part: 404, an empty list, null, or 500 for actions': {
    reads: ['answers for an unknown job, differently by part'],
    actions: ['are refused where they are not', 'are no part of older agents'],
  },
  'Stopping an unknown job succeeds without an evaluation, and an unknown part of a path belongs to the id': {
    errors: ['do not come of stopping a job that is not there', 'reads an unknown part of a job as the id of another'],
  },
  'A file that cannot be read is a success whose body is the error, while listing and describing it fail': {
    logs: ['are read with success although they can not be read', 'are listed and described with the status that fits'],
    acl: ['are missing with success where a file is read'],
  },
  'In an unknown namespace reads are empty lists and writes are 500, and an unknown region is 500': {
    lists: ['of namespaces that are not there are empty, whatever they list'],
    register: ['refuses what is invalid with the whole list'],
    agent: ['refuses a region that it does not know'],
  },
  'A page size that is no number is ignored before 2.0; unclean paths lead to clean ones; HEAD is mostly 405': {
    lists: ['have a size that older agents do not look at'],
    errors: ['lead to the clean path, for good on older agents only'],
    requests: ['know HEAD and OPTIONS hardly anywhere'],
  },
  'Only what clients serve and variables allow other origins, and the body of a request may not be compressed': {
    requests: [
      'let other origins only read what clients serve, and variables',
      'know HEAD and OPTIONS hardly anywhere',
      'may not be compressed',
    ],
  },
  'What is for Enterprise answers 501, and 500 where a task is paused, and a licence is 204 without a body': {
    errors: ['has no Enterprise parts'],
    requests: ['find no Enterprise, and no licence'],
    pauses: ['is for Enterprise'],
  },
  'A parse error names file, line and columns; further ones follow in lines or as a count, some have no place': {
    parse: [
      'name one of several problems of the language, and count the others',
      'name each of several problems of names on a line of its own, in any order',
      'have no place where a value is missing',
      'gives one line for each of several errors',
      'wants exactly one job',
    ],
  },
  'Parsing takes neither flags nor the namespace of the query, allows undeclared values, and reads no files': {
    parse: [
      'take no flags with values of variables',
      'do not take the namespace of the query',
      'may leave out quotes, and repeat the name of a group',
      'ignores values of undeclared variables',
      'refuses files of the server',
    ],
  },
  'The words for an unclosed brace depend on the version, and 1.6 knows neither actions nor links in a job': {
    parse: [
      'names the place of a syntax error',
      'have actions and links since 1.7',
      'are those with actions, on older agents',
    ],
  },
  'Validating a bad job succeeds and lists what is wrong, but nobody checks the driver or what it is given': {
    validate: ['answers with success for a bad job, and lists what is wrong', 'does not know drivers'],
    jobs: [
      'wait for a driver that no node has',
      'are placed although their driver takes no such settings, and never start',
    ],
  },
  'A plan has a diff only on request, and a changed meta replaces allocations where a count leaves them': {
    plan: [
      'leaves the diff out unless asked for',
      'shows an unchanged job as it is, with the index that EnforceIndex wants',
      'annotates what a change does to allocations',
    ],
    jobs: ['have a changed meta replace every allocation'],
  },
  'A plan accepts a change of the type of a job, which registering then refuses': {
    plan: ['accepts a change of type that registering refuses'],
  },
  'A plan of a new job has index 0, and an index is enforced by the body only, with words for each mismatch': {
    plan: ['shows a new job as added, at index 0'],
    register: ['enforces the index', 'knows EnforceIndex only in the body'],
  },
  'An identical job gets an evaluation but no version, and since 2.0 an index that is not that of the job': {
    register: ['makes no version from an identical job, but an evaluation'],
    jobs: ['answer an identical job with an index that is not theirs, since 2.0'],
  },
  'The namespace of the query wins over that of the job, and keys of any case and unknown fields are accepted': {
    register: ['lets the namespace of the query win over that of the job'],
    requests: ['may spell keys in any case, add fields, and go on behind the document'],
  },
  'Warnings come as one text, and a source of more than 1 MB is dropped with nothing but a warning': {
    register: ['passes warnings on', 'drops a source above 1 MB with a warning'],
    jobs: ['are warned of what will go'],
  },
  'A version that was registered without a source is answered with the source of an earlier one': {
    jobs: ['have the source of an earlier version where they came without one'],
  },
  'Versions come newest first with one diff fewer, and a revert makes a version and may enforce the current one': {
    reads: ['lists versions, the newest first, with one diff fewer'],
    revert: ['refuses the current version, a missing one, and a missing job', 'enforces the current version'],
  },
  'A stopped job is dead at once while its tasks still run, and purging it takes its allocations along': {
    jobs: ['are dead as soon as they are stopped, while their tasks still run'],
    stop: [
      'makes a new version that is stopped and dead at once, and ends the tasks',
      'purges a job with its versions, deployments and allocations',
    ],
    revert: ['starts a stopped job'],
  },
  'A version has one tag at most, and before 1.9 removing a tag would stop a job that is called like the path': {
    tags: [
      'stand on one version at most, which has no second one',
      'are unknown before 1.9, where nothing is stopped in their place',
    ],
    ids: ['that name tags of versions are other things to older agents'],
  },
  'Ids of jobs may hold nearly anything but spaces and null characters, and some lead to a part or nowhere': {
    ids: [
      'may not hold spaces',
      'read the same with an encoded slash and a bare one',
      'may hold tabs and line ends and be long, but hold no null character',
      'that end like a part of a job lead to that part',
      'work encoded since 2.0, and never before',
    ],
    jobs: ['can not be read where their id ends like a part of a job', 'can not have an id that a path would lose'],
  },
  'The token of a page is the key of its first item, and jobs are turned round only since 2.0': {
    lists: [
      'name the first item of the next page, jobs by namespace and id',
      'name the first item of the next page, other things by index and id',
      'turn round, but those of jobs not on older agents',
    ],
    paging: ['page evaluations, deployments and allocations too'],
  },
  'Statuses of jobs exist since 1.8, last changed first, and an empty list of names is refused': {
    lists: ['puts the last changed first', 'is not there before 1.8'],
    requests: ['name statuses in any case'],
    statuses: ['need a name'],
  },
  'The deployments of a job are sorted by id, not by age, and the keys of maps come in any order': {
    jobs: ['list their deployments by id, not by age'],
    lists: ['have keys in an order of no meaning'],
  },
  'A filter knows the fields of the whole object, not those of the row, and cannot compare by greater': {
    requests: ['filter by the whole object, not by the row'],
    lists: ['refuses filters that it cannot read'],
  },
  'A wait ends up to a sixteenth late with the same index; index 0 never waits, and a future index does': {
    blocking: [
      'takes up to a sixteenth longer, by chance',
      'takes the same index again for what did not change',
      'takes no time at index 0, and no unit is no wait',
      'may be asked for as long as one likes',
      'does not end a wait of more than the limit, nor one of zero',
      'are the longest wait, and that of zero or none, and get a sixteenth longer',
      'do not block at an index that has passed',
      'refuse an index and a wait that are none',
    ],
  },
  'A wait for a job that does not exist takes its time too, and a prefix shuts out changes of other jobs': {
    blocking: [
      'takes place for a job that is not there, which has an index all the same',
      'goes on while others register what a prefix leaves out',
    ],
  },
};
