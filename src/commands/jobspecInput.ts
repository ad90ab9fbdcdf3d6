import * as vscode from 'vscode';
import { CancelledError } from '../base/cancel.ts';
import type { Jobspec } from '../hcl/jobspec.ts';
import { resolveJob, type ResolvedJob } from '../hcl/resolve.ts';
import {
  assignTyped,
  checkVariableValue,
  looksSecret,
  shownVariables,
  unsetVariables,
  variablesText,
  type Assignment,
  type Assignments,
  type ShownVariable,
} from '../hcl/variables.ts';
import { typeOf } from '../hcl/variableType.ts';
import { languages } from '../platform/contributions.ts';
import { counted } from '../platform/words.ts';
import type { Workbench } from './workbench.ts';

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
}

/** The jobspec that `argument` names, or the one in the active editor. @throws Error with a sentence when there is none */
export async function findJobspec(argument: unknown): Promise<vscode.TextDocument> {
  if (argument instanceof vscode.Uri) return vscode.workspace.openTextDocument(argument);
  const active = vscode.window.activeTextEditor?.document;
  if (active?.languageId === languages.jobspec) return active;
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.document.languageId === languages.jobspec);
  if (visible !== undefined) return visible.document;
  throw new Error('no jobspec is open. Open a file that ends in .nomad.hcl or .nomad first.');
}

/**
 * Reads a jobspec and asks for the variables that have no value: Nomad parses nothing before all are set.
 *
 * @throws CancelledError when the person leaves a question
 */
export async function readInput(workbench: Workbench, document: vscode.TextDocument): Promise<JobspecInput> {
  const jobspec = await workbench.jobspecs.read(document);
  const given = await givenValues(workbench, document.uri, jobspec);
  const asked = await askFor(workbench, jobspec, unsetVariables(jobspec, given), new Map());
  if (asked.size > 0) await remember(workbench, document.uri, jobspec, asked);
  return toInput(document, jobspec, asked.size > 0 ? await givenValues(workbench, document.uri, jobspec) : given);
}

/** The same without a question; undefined when a variable has no value. */
export async function readInputQuietly(
  workbench: Workbench,
  document: vscode.TextDocument,
): Promise<JobspecInput | undefined> {
  const jobspec = await workbench.jobspecs.read(document);
  const given = await givenValues(workbench, document.uri, jobspec);
  return unsetVariables(jobspec, given).length > 0 ? undefined : toInput(document, jobspec, given);
}

/**
 * What the job of a jobspec is called and where it goes, from the text and the values that are known: without a question
 * and without a cluster. Undefined when the text has no job.
 */
export async function resolveDocument(
  workbench: Workbench,
  document: vscode.TextDocument,
): Promise<ResolvedJob | undefined> {
  const jobspec = await workbench.jobspecs.read(document);
  return resolve(jobspec, await givenValues(workbench, document.uri, jobspec));
}

/** Asks for every variable anew, with what is known as the start. Returns how many were set. */
export async function askForAll(workbench: Workbench, document: vscode.TextDocument): Promise<number> {
  const jobspec = await workbench.jobspecs.read(document);
  const remembered = await workbench.variables.get(document.uri);
  const asked = await askFor(workbench, jobspec, jobspec.variables, remembered);
  await remember(workbench, document.uri, jobspec, asked);
  return asked.size;
}

type Values = ReadonlyMap<string, string>;
type Variables = Jobspec['variables'];

function toInput(document: vscode.TextDocument, jobspec: Jobspec, given: Assignments): JobspecInput {
  return {
    document,
    text: document.getText(),
    jobspec,
    job: resolve(jobspec, given),
    variables: variablesText(given.values()),
    variableNames: [...given.keys()],
    shownVariables: shownVariables(jobspec, given),
  };
}

function resolve(jobspec: Jobspec, given: Assignments): ResolvedJob | undefined {
  return resolveJob(jobspec, new Map([...given].map(([name, { value }]) => [name, value])));
}

/** `NOMAD_VAR_<name>` first, then what was remembered for the file, as more particular. */
async function givenValues(workbench: Workbench, uri: vscode.Uri, jobspec: Jobspec): Promise<Assignments> {
  const remembered = await workbench.variables.get(uri);
  const given = new Map<string, Assignment>();
  for (const variable of jobspec.variables) {
    const { name } = variable;
    const typed = remembered.get(name);
    const environment = process.env[`NOMAD_VAR_${name}`];
    if (typed !== undefined) given.set(name, assignTyped(variable, typed, 'typed'));
    else if (environment !== undefined) given.set(name, assignTyped(variable, environment, 'environment'));
  }
  return given;
}

async function askFor(workbench: Workbench, jobspec: Jobspec, variables: Variables, known: Values): Promise<Values> {
  const job = jobspec.jobs[0]?.name ?? 'the jobspec';
  const asked = new Map<string, string>();
  for (const [index, variable] of variables.entries()) {
    const of = variables.length > 1 ? ` (${String(index + 1)} of ${String(variables.length)})` : '';
    const kind = variable.type === undefined ? '' : ` Type ${variable.type}.`;
    const value = known.get(variable.name) ?? (variable.hasDefault ? plainDefault(variable.defaultText) : undefined);
    const answer = await workbench.ask.text({
      title: `Variables of ${job}${of}`,
      prompt: `${variable.name}: ${sentence(variable.description ?? 'no description')}${kind} Remembered for this file.`,
      ...(value === undefined ? {} : { value }),
      secret: looksSecret(variable.name),
      check: (text) => checkVariableValue(typeOf(variable), text),
    });
    if (answer === undefined) throw new CancelledError(`${counted(variables.length, 'variable')} asked for`);
    asked.set(variable.name, answer);
  }
  return asked;
}

/** People end a description with a full stop, or don't. */
function sentence(text: string): string {
  const line = text.trim();
  return /[.!?:]$/.test(line) ? line : `${line}.`;
}

function plainDefault(text: string | undefined): string | undefined {
  const quoted = text === undefined ? null : /^"((?:[^"\\$%]|\$(?!\{))*)"$/.exec(text.trim());
  return quoted?.[1] ?? text;
}

/** Keeps the values of variables that the jobspec still declares; the others are forgotten. */
async function remember(workbench: Workbench, uri: vscode.Uri, jobspec: Jobspec, asked: Values): Promise<void> {
  const known = await workbench.variables.get(uri);
  const declared = new Set(jobspec.variables.map((variable) => variable.name));
  const all = [...known, ...asked].filter(([name]) => declared.has(name));
  await workbench.variables.set(uri, new Map(all));
}
