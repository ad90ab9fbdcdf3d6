import * as vscode from 'vscode';
import { CancelledError } from '../base/cancel.ts';
import type { Jobspec } from '../hcl/jobspec.ts';
import { checkVariableValue, declaredValues, unsetVariables, variablesText } from '../hcl/variables.ts';
import { languages } from '../platform/contributions.ts';
import { counted } from '../platform/words.ts';
import type { Workbench } from './workbench.ts';

/** A jobspec with all that Nomad needs to read it. */
export interface JobspecInput {
  readonly document: vscode.TextDocument;
  /** The text of the editor, saved or not. */
  readonly text: string;
  readonly jobspec: Jobspec;
  /** The text of a variables file; empty when nothing is set. */
  readonly variables: string;
  /** Names of the variables that are set, for people. Values are never shown. */
  readonly variableNames: readonly string[];
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
  const values = await givenValues(workbench, document.uri, jobspec);
  const asked = await askFor(workbench, jobspec, unsetVariables(jobspec, values), values);
  if (Object.keys(asked).length > 0) await remember(workbench, document.uri, jobspec, asked);
  return toInput(document, jobspec, { ...values, ...asked });
}

/** The same without a question; undefined when a variable has no value. */
export async function readInputQuietly(
  workbench: Workbench,
  document: vscode.TextDocument,
): Promise<JobspecInput | undefined> {
  const jobspec = await workbench.jobspecs.read(document);
  const values = await givenValues(workbench, document.uri, jobspec);
  return unsetVariables(jobspec, values).length > 0 ? undefined : toInput(document, jobspec, values);
}

/** Asks for every variable anew, with what is known as the start. Returns how many were set. */
export async function askForAll(workbench: Workbench, document: vscode.TextDocument): Promise<number> {
  const jobspec = await workbench.jobspecs.read(document);
  const values = await givenValues(workbench, document.uri, jobspec);
  const asked = await askFor(workbench, jobspec, jobspec.variables, values);
  await remember(workbench, document.uri, jobspec, asked);
  return Object.keys(asked).length;
}

type Values = Readonly<Record<string, string>>;
type Variables = Jobspec['variables'];

function toInput(document: vscode.TextDocument, jobspec: Jobspec, values: Values): JobspecInput {
  const declared = declaredValues(jobspec, values);
  return {
    document,
    text: document.getText(),
    jobspec,
    variables: variablesText(declared),
    variableNames: Object.keys(declared),
  };
}

/** `NOMAD_VAR_<name>` first, then what was remembered for the file, as more particular. */
async function givenValues(workbench: Workbench, uri: vscode.Uri, jobspec: Jobspec): Promise<Values> {
  const remembered = await workbench.variables.get(uri);
  const values: Record<string, string> = {};
  for (const { name } of jobspec.variables) {
    const value = remembered[name] ?? process.env[`NOMAD_VAR_${name}`];
    if (value !== undefined) values[name] = value;
  }
  return values;
}

async function askFor(workbench: Workbench, jobspec: Jobspec, variables: Variables, known: Values): Promise<Values> {
  const job = jobspec.jobs[0]?.id ?? 'the jobspec';
  const asked: Record<string, string> = {};
  for (const [index, variable] of variables.entries()) {
    const of = variables.length > 1 ? ` (${String(index + 1)} of ${String(variables.length)})` : '';
    const kind = variable.type === undefined ? '' : ` Type ${variable.type}.`;
    const value = known[variable.name] ?? (variable.hasDefault ? plainDefault(variable.defaultText) : undefined);
    const answer = await workbench.ask.text({
      title: `Variables of ${job}${of}`,
      prompt: `${variable.name}: ${sentence(variable.description ?? 'no description')}${kind} Remembered for this file.`,
      ...(value === undefined ? {} : { value }),
      secret: /password|secret|token|credential|private|api_?key/i.test(variable.name),
      check: (text) => checkVariableValue(variable.type, text),
    });
    if (answer === undefined) throw new CancelledError(`${counted(variables.length, 'variable')} asked for`);
    asked[variable.name] = answer;
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
  const all = Object.entries({ ...known, ...asked }).filter(([name]) => declared.has(name));
  await workbench.variables.set(uri, Object.fromEntries(all));
}
