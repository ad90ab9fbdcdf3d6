import type * as vscode from 'vscode';
import { CancelledError } from '../../base/cancel.ts';
import type { HclProblem } from '../../hcl/problem.ts';
import type { Jobspec } from '../../hcl/jobspec.ts';
import { resolveJob, type ResolvedJob } from '../../hcl/evaluation/resolve.ts';
import {
  assignTyped,
  shownVariables,
  unsetVariables,
  variablesText,
  type Assignment,
  type Assignments,
  type ShownVariable,
} from '../../hcl/evaluation/variables.ts';
import { chooseVariableFiles, chosenFiles, readChosenFiles, type VariableFileText } from './variableFiles.ts';
import { askForVariables, type Known } from './variableQuestions.ts';
import { readFor, type JobspecServices } from './services.ts';

/** A jobspec with all that Nomad needs to read it. */
export interface JobspecInput {
  readonly document: vscode.TextDocument;
  /** The text of the editor, saved or not. */
  readonly text: string;
  readonly jobspec: Jobspec;
  /** What the job is called and where it goes with these variables, as far as it can be told; undefined without a job. */
  readonly job: ResolvedJob | undefined;
  /** The text of a variables file; empty when nothing is set. */
  readonly variables: string;
  /** Names of the variables that are set, for people. Values are never shown. */
  readonly variableNames: readonly string[];
  /** All variables with their values, for people: those that look secret are masked. */
  readonly shownVariables: readonly ShownVariable[];
  /** What is known to be refused before anything is sent, and where. */
  readonly refusals: readonly Refusal[];
  /** The variable files that were read. */
  readonly variableFiles: readonly VariableFileText[];
}

/** A problem in the jobspec or in one of its variable files. */
export interface Refusal {
  readonly uri: vscode.Uri;
  readonly problem: HclProblem;
}

/**
 * Reads a jobspec. Asks first for variable files beside it, if there are any and nobody was asked yet; then for
 * variables without a value, since Nomad parses nothing before all are set, and for those that were only given for
 * another cluster. To be called before any progress is shown: a person may take their time.
 *
 * @throws CancelledError when the person leaves a question
 */
export async function readInput(services: JobspecServices, document: vscode.TextDocument): Promise<JobspecInput> {
  const first = await readGiven(services, document);
  if (!isOpen(first)) return toInput(document, first);
  const mayHaveFiles = chosenFiles(services, document.uri).here === undefined;
  if (mayHaveFiles && !(await chooseVariableFiles(services, document.uri))) throw new CancelledError('variable files');
  const withFiles = mayHaveFiles ? await readGiven(services, document) : first;
  await ask(services, document, withFiles, toAsk(withFiles));
  return toInput(document, await readGiven(services, document));
}

/** The same without a question; undefined when there is something to ask for. */
export async function readInputQuietly(
  services: JobspecServices,
  document: vscode.TextDocument,
): Promise<JobspecInput | undefined> {
  const given = await readGiven(services, document);
  return isOpen(given) ? undefined : toInput(document, given);
}

/**
 * What the job of a jobspec is called and where it goes, from the text and the values that are known: without a question
 * and without a cluster. Undefined when the text has no job.
 */
export async function resolveDocument(
  services: JobspecServices,
  document: vscode.TextDocument,
): Promise<ResolvedJob | undefined> {
  const given = await readGiven(services, document);
  return resolve(given.jobspec, allOf(given));
}

/**
 * Asks for the variable files and for every variable anew, with what is known as the start.
 *
 * @returns how many variables the jobspec declares
 * @throws CancelledError when the person leaves a question
 */
export async function askForAll(services: JobspecServices, document: vscode.TextDocument): Promise<number> {
  const { variables } = await services.jobspecs.read(document);
  if (variables.length === 0) return 0;
  if (!(await chooseVariableFiles(services, document.uri))) throw new CancelledError('variable files');
  await ask(services, document, await readGiven(services, document), variables);
  return variables.length;
}

interface Given extends Known {
  /** Whether files were chosen for another cluster only. */
  readonly filesElsewhere: boolean;
  readonly refusals: readonly Refusal[];
  readonly variableFiles: readonly VariableFileText[];
}

/** `NOMAD_VAR_<name>` first, then the variable files, then what was typed for the file: as with Nomad's CLI. */
async function readGiven(services: JobspecServices, document: vscode.TextDocument): Promise<Given> {
  const { uri } = document;
  const jobspec = await services.jobspecs.read(document);
  const files = await readChosenFiles(services, uri, jobspec);
  const given = new Map<string, Assignment>();
  for (const variable of jobspec.variables) {
    const inFile = files.assignments.get(variable.name);
    const environment = process.env[`NOMAD_VAR_${variable.name}`];
    if (inFile !== undefined) given.set(variable.name, inFile);
    else if (environment !== undefined) given.set(variable.name, assignTyped(variable, environment, 'environment'));
  }
  const calls = jobspec.fileCalls.filter((call) => call.isRefused);
  const refusals = calls.map(({ range, message }) => ({
    uri,
    problem: { range, message, origin: 'jobspec' as const },
  }));
  const { here: typed = new Map(), elsewhere = new Map() } = await services.variables.get(uri, readFor(services)?.id);
  const filesElsewhere = (chosenFiles(services, uri).elsewhere?.length ?? 0) > 0;
  const known = { jobspec, given, typed, elsewhere, filesElsewhere };
  return { ...known, refusals: [...refusals, ...files.problems], variableFiles: files.texts };
}

function allOf({ jobspec, given, typed }: Given): Assignments {
  const all = new Map(given);
  for (const variable of jobspec.variables) {
    const text = typed.get(variable.name);
    if (text !== undefined) all.set(variable.name, assignTyped(variable, text, 'typed'));
  }
  return all;
}

/** Whether anything has to be asked for before Nomad can be. */
function isOpen(given: Given): boolean {
  return given.filesElsewhere || toAsk(given).length > 0;
}

/** The variables without a value, and those with one that was typed for another cluster. */
function toAsk(given: Given): Jobspec['variables'] {
  const unset = new Set(unsetVariables(given.jobspec, allOf(given)));
  return given.jobspec.variables.filter((variable) => unset.has(variable) || given.elsewhere.has(variable.name));
}

/** Asks, and keeps the answers for the variables that the jobspec still declares; the others are forgotten. */
async function ask(
  services: JobspecServices,
  document: vscode.TextDocument,
  given: Given,
  variables: Jobspec['variables'],
): Promise<void> {
  if (variables.length === 0) return;
  const typed = await askForVariables(services, given, variables);
  const declared = new Set(given.jobspec.variables.map(({ name }) => name));
  const kept = new Map([...typed].filter(([name]) => declared.has(name)));
  await services.variables.set(document.uri, readFor(services)?.id, kept);
}

function toInput(document: vscode.TextDocument, given: Given): JobspecInput {
  const all = allOf(given);
  return {
    document,
    text: document.getText(),
    jobspec: given.jobspec,
    job: resolve(given.jobspec, all),
    variables: variablesText(all.values()),
    variableNames: [...all.keys()],
    shownVariables: shownVariables(given.jobspec, all),
    refusals: given.refusals,
    variableFiles: given.variableFiles,
  };
}

function resolve(jobspec: Jobspec, given: Assignments): ResolvedJob | undefined {
  return resolveJob(jobspec, new Map([...given].map(([name, { value }]) => [name, value])));
}
