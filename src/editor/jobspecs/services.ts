import type * as vscode from 'vscode';
import type { Ask } from '../../platform/ask.ts';
import type { Jobspecs } from './jobspecs.ts';
import type { VariableValues } from './variableValues.ts';

/** What it takes to read a jobspec with its variables. */
export interface JobspecServices {
  readonly ask: Ask;
  readonly jobspecs: Jobspecs;
  /** What was typed for the variables of each file. */
  readonly variables: VariableValues;
  readonly extension: Pick<vscode.ExtensionContext, 'workspaceState'>;
}
