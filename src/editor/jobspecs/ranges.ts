import * as vscode from 'vscode';
import type { TextRange } from '../../hcl/syntax/text.ts';

export function toRange(range: TextRange): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}
