import * as path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { HclProblem } from '../../hcl/problem.ts';
import type { Jobspec } from '../../hcl/jobspec.ts';
import type { Assignment } from '../../hcl/evaluation/variables.ts';
import { variableFileText } from './variableFileText.ts';
import { givenFor, withGiven, type GivenFor } from './givenFor.ts';
import { onCluster, readFor, type JobspecServices } from './services.ts';

/** What people call the files that `nomad job plan -var-file` is given. */
const fileName = /\.(?:vars?|nomadvars)(?:\.hcl|\.json)?$/;

/** What jobspecs are called. */
const jobspecName = /\.nomad(?:\.hcl)?$/;

/**
 * The variable files beside a jobspec by name; those that are called as it is come first. Those that are called as another
 * jobspec in the folder are that one's.
 */
async function findVariableFiles(jobspec: vscode.Uri): Promise<readonly string[]> {
  if (jobspec.scheme === 'untitled') return [];
  const own = stem(path.posix.basename(jobspec.path));
  try {
    const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(jobspec, '..'));
    const names = entries.filter(([, type]) => (type & vscode.FileType.File) !== 0).map(([name]) => name);
    const others = new Set(names.filter((name) => jobspecName.test(name)).map(stem));
    others.delete(own);
    const fitting = names.filter((name) => fileName.test(name) && !others.has(stem(name))).sort();
    return [...fitting.filter((name) => stem(name) === own), ...fitting.filter((name) => stem(name) !== own)];
  } catch {
    // A folder that can't be listed has no files to offer.
    return [];
  }
}

function stem(name: string): string {
  return name.replace(jobspecName, '').replace(fileName, '');
}

/** The names of the files that were chosen for a jobspec, in the order of reading. */
export function chosenFiles(services: JobspecServices, jobspec: vscode.Uri): GivenFor<readonly string[]> {
  return givenFor(services.extension.workspaceState.get<unknown>(key(jobspec)), readFor(services)?.id, isNames);
}

async function remember(
  services: JobspecServices,
  jobspec: vscode.Uri,
  names: readonly string[] | undefined,
): Promise<void> {
  const { workspaceState } = services.extension;
  const kept = workspaceState.get<unknown>(key(jobspec));
  await workspaceState.update(key(jobspec), withGiven(kept, readFor(services)?.id, names, isNames));
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

/**
 * Asks which of the variable files beside a jobspec to use, and remembers it. False when the person left the question;
 * true without one where there is no file.
 */
export async function chooseVariableFiles(services: JobspecServices, jobspec: vscode.Uri): Promise<boolean> {
  const found = await findVariableFiles(jobspec);
  const { here, elsewhere } = chosenFiles(services, jobspec);
  if (found.length === 0) {
    if (here !== undefined) await remember(services, jobspec, undefined);
    else if (elsewhere !== undefined) await remember(services, jobspec, []);
    return true;
  }
  const own = stem(path.posix.basename(jobspec.path));
  const chosen = await services.ask.pickMany(
    `Variable files of ${path.posix.basename(jobspec.path)}${elsewhere === undefined ? '' : onCluster(services)}`,
    found.map((name) => ({
      label: name,
      ...(elsewhere?.includes(name) === true ? { description: 'chosen for another cluster' } : {}),
      value: name,
      picked: here?.includes(name) ?? stem(name) === own,
    })),
    'Read in this order, as with -var-file; of two values the later one counts',
  );
  if (chosen === undefined) return false;
  await remember(services, jobspec, chosen);
  return true;
}

function key(jobspec: vscode.Uri): string {
  return `nomad.variableFiles:${jobspec.toString()}`;
}

/** A variable file by its name beside the jobspec. */
export function variableFileUri(jobspec: vscode.Uri, name: string): vscode.Uri {
  return vscode.Uri.joinPath(jobspec, '..', name);
}

/** What the chosen files say, of two values for one variable the later; and what keeps them from being used. */
export interface ReadFiles {
  readonly assignments: ReadonlyMap<string, Assignment>;
  readonly problems: readonly { readonly uri: vscode.Uri; readonly problem: HclProblem }[];
  readonly texts: readonly VariableFileText[];
}

/** A variable file as it was read. */
export interface VariableFileText {
  readonly uri: vscode.Uri;
  readonly text: string;
}

/**
 * Reads the chosen files as they are in their editors, saved or not, as the jobspec is.
 *
 * @throws UserError when one can't be read
 */
export async function readChosenFiles(
  services: JobspecServices,
  uri: vscode.Uri,
  jobspec: Jobspec,
): Promise<ReadFiles> {
  const assignments = new Map<string, Assignment>();
  const problems: { readonly uri: vscode.Uri; readonly problem: HclProblem }[] = [];
  const texts: VariableFileText[] = [];
  const declared = new Set(jobspec.variables.map(({ name }) => name));
  for (const name of chosenFiles(services, uri).here ?? []) {
    const fileUri = variableFileUri(uri, name);
    const text = await textOf(fileUri, name);
    texts.push({ uri: fileUri, text });
    const file = await services.jobspecs.readVariables(text, name);
    for (const { range, message } of file.problems) {
      problems.push({ uri: fileUri, problem: { range, message: `${name}: ${message}`, origin: 'variables' } });
    }
    for (const { range, ...assignment } of file.assignments) {
      if (declared.has(assignment.name)) assignments.set(assignment.name, assignment);
      else
        problems.push({
          uri: fileUri,
          problem: { range, message: undeclared(assignment.name, name), origin: 'variables' },
        });
    }
  }
  return { assignments, problems, texts };
}

/** Servers pass over such a value, but the CLI refuses it: it may be the misspelt one of another. */
function undeclared(variable: string, file: string): string {
  return `${file} sets ${variable}, but the jobspec declares no such variable`;
}

async function textOf(uri: vscode.Uri, name: string): Promise<string> {
  try {
    return await variableFileText(uri);
  } catch {
    throw new UserError(`the variable file ${name} can't be read. Choose others with Set variables.`);
  }
}
