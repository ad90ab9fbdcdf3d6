import type { Job } from '../../../src/nomad/types/job.ts';
import { fillDefaults } from '../job/defaults.ts';
import type { Body } from './ast.ts';
import { parseBody } from './body.ts';
import { contentOf, type ScopedBlock } from './content.ts';
import { SyntaxProblem } from './cursor.ts';
import { decodeBody } from './decode.ts';
import type { Scope } from './scope.ts';
import { functions } from './functions/all.ts';
import { isJson, parseJsonBody } from './json.ts';
import { normalizeJob } from './normalize.ts';
import { asOlderJob, inOlderWords, reportNewerBlocks } from './older.ts';
import { emptyStruct, structNamed } from './schema.ts';
import { type Diagnostic, describeDiagnostic, describeRange, type Report, Source } from './source.ts';
import { syntaxErrors } from './syntax.ts';
import { readLocals, readVariables } from './variables.ts';

export interface ParseInput {
  readonly hcl: string;
  /** `name = value` lines, or JSON. */
  readonly variables?: string;
  /** Fill in defaults. */
  readonly canonicalize?: boolean;
  readonly version?: '1.6' | '2.0';
}

export type ParseResult = { readonly job: Job } | { readonly error: string };

const topLevel = {
  attributes: [],
  blocks: new Map([
    ['variables', []],
    ['variable', ['name']],
    ['locals', []],
    ['job', ['name']],
  ]),
};

/** Parses a jobspec as `POST /v1/jobs/parse` does: the job in the API's shape, or the error text of the answer. */
export async function parseJobspec(input: ParseInput): Promise<ParseResult> {
  const version = input.version ?? '2.0';
  const failed = (text: string): ParseResult => ({ error: `Failed to parse job: ${text}` });
  if (input.hcl.trim() === '{}' || input.hcl === '') return { error: 'Job spec is empty' };
  const file = await readText(input.hcl, true, version);
  const given =
    input.variables === undefined || input.variables === '' ? null : await readText(input.variables, false, version);
  if (given && 'problem' in given) return failed(`unable to parse var content: ${given.problem}`);
  if ('problem' in file) return failed(file.problem);
  const problems: Diagnostic[] = [];
  const report: Report = (problem) => problems.push(problem);
  const job = readJob(file.body, given?.body ?? null, report);
  if (version === '1.6') for (const block of file.body.blocks) reportNewerBlocks(block, report);
  if (problems.length > 0 || !job) {
    const text = problems.map(describeDiagnostic).join('\n');
    return failed(version === '1.6' ? inOlderWords(text) : text);
  }
  const filled = input.canonicalize ? fillDefaults(job, version) : job;
  return { job: version === '1.6' ? asOlderJob(filled) : filled };
}

async function readText(
  text: string,
  jobspec: boolean,
  version: '1.6' | '2.0',
): Promise<{ body: Body } | { problem: string }> {
  const source = new Source(text);
  const json = isJson(text);
  const problem = json ? null : await syntaxErrors(source, version);
  if (problem !== null) return { problem };
  try {
    return { body: json ? parseJsonBody(source, jobspec) : parseBody(source) };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const summary = json ? 'Invalid JSON' : 'Invalid expression';
    return { problem: `${describeRange(error.range)}: ${summary}; ${error.message}` };
  }
}

function readJob(body: Body, given: Body | null, report: Report): Job | null {
  const noted: Diagnostic[] = [];
  const note: Report = (problem) => {
    noted.push(problem);
    report(problem);
  };
  const outer: Scope = { variables: new Map(), functions };
  const { blocks } = contentOf(body, outer, topLevel, note);
  if (noted.length > 0) return null;
  const variables = readVariables(blocks, given, note);
  const locals = readLocals(blocks, variables, note);
  if (noted.length > 0) return null;
  const scope: Scope = {
    variables: new Map([
      ['var', variables],
      ['local', locals],
    ]),
    functions,
  };
  const block = onlyJob(blocks, report);
  return block && decodeJob(block, scope, report);
}

function onlyJob(blocks: readonly ScopedBlock[], report: Report): ScopedBlock | null {
  const [job, ...others] = blocks.filter(({ type }) => type === 'job');
  if (!job) report({ summary: 'Missing job block', detail: 'A job block is required' });
  for (const { headerRange: range } of job ? others : []) {
    const before = job ? describeRange(job.headerRange) : '';
    const detail = `Only one block of type "job" is allowed. Previous definition was at ${before}.`;
    report({ summary: 'Duplicate job block', detail, range });
  }
  return job ?? null;
}

function decodeJob(block: ScopedBlock, scope: Scope, report: Report): Job {
  const { value, extras } = decodeBody(structNamed('Job'), block.body, scope, report);
  const alone = (extras.get('task') ?? []).map((task) => ({
    ...emptyStruct(structNamed('TaskGroup')),
    Name: task['Name'],
    Tasks: [task],
  }));
  if (alone.length > 0) value['TaskGroups'] = [...alone, ...((value['TaskGroups'] as object[] | null) ?? [])];
  normalizeJob(value, block.labels[0]?.text ?? '', extras);
  return value as Job;
}
