import type { TreeCursor } from 'web-tree-sitter';
import type { Block } from './blocks.ts';
import { positionOf } from './blocks.ts';
import type { JobspecTree } from './parse.ts';
import { compare } from './text.ts';
import type { TextPosition, TextRange } from './text.ts';

/** A place where the text is no HCL, in this extension's own words. The server's words say it better, when it is asked. */
export interface SyntaxProblem {
  readonly range: TextRange;
  readonly message: string;
}

/** More of them would say nothing new: after the first mistake the rest is mostly its echo. */
const mostProblems = 20;

const openString = 'This string is not closed on its line.';

/** The syntax problems of a tree, in the order of the text. `blocks` are what was read from the same tree. */
export function syntaxProblems(tree: JobspecTree, blocks: readonly Block[]): SyntaxProblem[] {
  const root = tree.root;
  if (root === undefined) {
    return [
      { range: tree.lines.restOfLine({ line: 0, character: 0 }), message: 'This text is too large to check here.' },
    ];
  }
  // A jobspec in JSON is the server's to check: the grammar takes it for an HCL object.
  if (!root.hasError || tree.text.trimStart().startsWith('{')) return [];
  const seen = visited(tree);
  // What breaks a block also leaves it open, so that is told only when nothing else is wrong.
  const found = seen.length > 0 ? seen : unclosedProblem(blocks);
  // An unclosed string turns everything after it inside out, so nothing reported after it is of use.
  const string = found.find((problem) => problem.message === openString);
  if (string !== undefined) return [string];
  if (found.length === 0) return [unexpected(tree, { line: 0, character: 0 })];
  const byLine = new Map([...found].reverse().map((problem) => [problem.range.start.line, problem]));
  return [...byLine.values()].sort((one, other) => compare(one.range.start, other.range.start));
}

function visited(tree: JobspecTree): SyntaxProblem[] {
  const cursor = tree.root?.walk();
  if (cursor === undefined) return [];
  const found: SyntaxProblem[] = [];
  try {
    visit(tree, cursor, (problem) => found.push(problem) < mostProblems);
  } finally {
    cursor.delete();
  }
  return found;
}

/** Goes through the parts with errors and those over several lines, in the order of the text, until `report` says no. */
function visit(tree: JobspecTree, cursor: TreeCursor, report: (problem: SyntaxProblem) => boolean): void {
  for (;;) {
    const problem = problemAt(tree, cursor);
    if (problem !== undefined && !report(problem)) return;
    const closedToUs = problem !== undefined && cursor.currentDepth > 0;
    const worthIt = cursor.endPosition.row > cursor.startPosition.row || cursor.currentNode.hasError;
    if (!closedToUs && worthIt && cursor.gotoFirstChild()) continue;
    while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return;
  }
}

function problemAt(tree: JobspecTree, cursor: TreeCursor): SyntaxProblem | undefined {
  const start = positionOf(cursor.startPosition);
  const isString = cursor.nodeType === 'string_lit' || cursor.nodeType === 'quoted_template';
  if (isString && cursor.endPosition.row > start.line && runsOverLine(tree, cursor)) {
    return { range: tree.lines.restOfLine(start), message: openString };
  }
  if (cursor.nodeIsMissing) {
    // A missing brace is told at the header of its block, other things without a sign have no name to tell.
    const token = cursor.nodeType;
    if (token === '}' || !/^[^\w\s]+$/.test(token)) return undefined;
    return { range: tree.lines.restOfLine(start), message: `"${token}" is missing here.` };
  }
  return cursor.nodeType === 'ERROR' ? brokenAt(tree, cursor) : undefined;
}

/** True when the text itself, not a template in it, goes over the end of the line. */
function runsOverLine(tree: JobspecTree, cursor: TreeCursor): boolean {
  return cursor.currentNode.children.some(
    (part) =>
      part.isMissing ||
      (part.type === 'template_literal' && tree.text.slice(part.startIndex, part.endIndex).includes('\n')),
  );
}

/**
 * An error node holds all that the parser could not put together; what follows its last good token is what broke it.
 * When that is the end of the text, something before it was left open, which is told there.
 */
function brokenAt(tree: JobspecTree, cursor: TreeCursor): SyntaxProblem | undefined {
  const node = cursor.currentNode;
  const isRoot = node.parent === null;
  if (!isRoot) return unexpected(tree, positionOf(node.startPosition));
  let end = 0;
  for (let child = node.lastChild; child !== null && end === 0; child = child.previousSibling) {
    if (child.endIndex > child.startIndex) end = child.endIndex;
  }
  const rest = tree.text.slice(end);
  const after = end + rest.length - rest.trimStart().length;
  return after < tree.text.length ? unexpected(tree, tree.lines.position(after)) : undefined;
}

function unexpected(tree: JobspecTree, start: TextPosition): SyntaxProblem {
  return { range: tree.lines.restOfLine(start), message: 'This is not expected here.' };
}

/** The innermost block that is open at the end: a brace is missing there or in something around it. */
function unclosedProblem(blocks: readonly Block[]): SyntaxProblem[] {
  let found: Block | undefined;
  for (let open = blocks.find(isOpen); open !== undefined; open = open.blocks.find(isOpen)) found = open;
  if (found === undefined) return [];
  const name = found.type === '' ? 'block' : `${found.type} block`;
  return [{ range: found.headerRange, message: `This ${name} is not closed.` }];
}

function isOpen(block: Block): boolean {
  return !block.closed;
}
