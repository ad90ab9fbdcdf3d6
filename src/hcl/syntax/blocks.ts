import type { Node, TreeCursor } from 'web-tree-sitter';
import { readExpression } from './expressions.ts';
import type { Expression } from './expressions.ts';
import type { JobspecTree } from './parse.ts';
import { isIdentifier, unquote } from './quoted.ts';
import type { TextPosition, TextRange } from './text.ts';

/** A label of a block, quoted or bare. `range` covers the quotes too. */
export interface Label {
  readonly text: string;
  readonly range: TextRange;
}

/** `name = value` in a block. `literal` is the value when it is a quoted string without templates. */
export interface Attribute {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly valueRange: TextRange;
  readonly valueText: string;
  readonly literal?: string;
  /** The value, where the block is one whose values are worked out. */
  readonly expression?: Expression;
}

/** A block as far as it was read: what is below the depth asked for is left out. */
export interface Block {
  readonly type: string;
  readonly labels: readonly Label[];
  readonly headerRange: TextRange;
  /** Of a block that isn't closed: to where the tree lost it. */
  range: TextRange;
  closed: boolean;
  readonly attributes: Attribute[];
  readonly blocks: Block[];
}

/** Says whether the body of a block of this type, inside blocks of these types, is worth reading. */
export type Descend = (type: string, path: readonly string[]) => boolean;

/** Blocks whose values decide what the job is called, and where it goes. */
const evaluated: ReadonlySet<string> = new Set(['job', 'variable', 'variables', 'locals']);

interface Header {
  readonly type: string;
  readonly start: TextPosition;
  end: TextPosition;
  readonly labels: Label[];
}

export function positionOf(point: { row: number; column: number }): TextPosition {
  return { line: point.row, character: point.column };
}

export function rangeOf(node: Node): TextRange {
  return { start: positionOf(node.startPosition), end: positionOf(node.endPosition) };
}

/**
 * Reads the blocks of a tree. Where the text is broken the grammar leaves loose tokens instead of blocks; both are read
 * as one run of tokens, so a file with a missing brace still has its jobs and groups.
 */
export function readBlocks(tree: JobspecTree, descend: Descend): Block[] {
  const root = tree.root;
  if (root === undefined) return [];
  const cursor = root.walk();
  try {
    return new BlockReader(tree.text, descend).read(cursor, positionOf(root.endPosition));
  } finally {
    cursor.delete();
  }
}

class BlockReader {
  readonly #text: string;
  readonly #descend: Descend;
  readonly #top: Block[] = [];
  /** The blocks around the place of reading, and below `#floor` those that only the end of their own node may close. */
  readonly #open: Block[] = [];
  #floor = 0;
  #header: Header | undefined;

  constructor(text: string, descend: Descend) {
    this.#text = text;
    this.#descend = descend;
  }

  read(cursor: TreeCursor, end: TextPosition): Block[] {
    this.#readChildren(cursor);
    this.#closeDownTo(0, end, false);
    return this.#top;
  }

  #readChildren(cursor: TreeCursor): void {
    if (!cursor.gotoFirstChild()) return;
    do this.#readNode(cursor);
    while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }

  #readNode(cursor: TreeCursor): void {
    switch (cursor.nodeType) {
      case 'comment':
        return;
      case 'identifier':
      case 'string_lit':
        this.#readWord(cursor);
        return;
      case 'block_start':
        this.#openBlock(positionOf(cursor.endPosition), positionOf(cursor.startPosition));
        return;
      case 'block_end':
      case '}':
        this.#readEnd(cursor);
        return;
      case 'block':
        this.#readBlock(cursor);
        return;
      case 'attribute':
        this.#header = undefined;
        this.#readAttribute(cursor);
        return;
      case 'body':
      case 'ERROR':
        this.#readChildren(cursor);
        return;
      default:
        this.#header = undefined;
    }
  }

  #readWord(cursor: TreeCursor): void {
    const start = positionOf(cursor.startPosition);
    const end = positionOf(cursor.endPosition);
    const text = this.#text.slice(cursor.startIndex, cursor.endIndex);
    const quoted = cursor.nodeType === 'string_lit';
    // A header stands on one line, so a word on the next one starts something else.
    if (this.#header?.start.line === start.line) {
      this.#header.labels.push({ text: quoted ? labelText(text) : text, range: { start, end } });
      this.#header.end = end;
    } else {
      this.#header = quoted ? undefined : { type: text, start, end, labels: [] };
    }
  }

  #openBlock(bodyStart: TextPosition, braceStart: TextPosition): void {
    const header = this.#header ?? { type: '', start: braceStart, end: bodyStart, labels: [] };
    this.#header = undefined;
    const block: Block = {
      type: header.type,
      labels: header.labels,
      headerRange: { start: header.start, end: header.end },
      range: { start: header.start, end: bodyStart },
      closed: false,
      attributes: [],
      blocks: [],
    };
    (this.#open.at(-1)?.blocks ?? this.#top).push(block);
    this.#open.push(block);
  }

  #readEnd(cursor: TreeCursor): void {
    this.#header = undefined;
    if (this.#open.length <= this.#floor) return;
    const end = positionOf(cursor.endPosition);
    const missing = cursor.startIndex === cursor.endIndex;
    this.#closeDownTo(this.#open.length - 1, end, !missing);
  }

  #closeDownTo(height: number, end: TextPosition, closed: boolean): void {
    while (this.#open.length > height) {
      const block = this.#open.pop();
      if (block === undefined) return;
      block.range = { start: block.range.start, end };
      block.closed = closed;
    }
  }

  /** A whole block: its braces match, so nothing inside may close it or stay open after it. */
  #readBlock(cursor: TreeCursor): void {
    const height = this.#open.length;
    const end = positionOf(cursor.endPosition);
    const outerFloor = this.#floor;
    this.#header = undefined;
    if (!cursor.gotoFirstChild()) return;
    do {
      if (cursor.nodeType === 'block_end') {
        this.#closeDownTo(height + 1, end, false);
        this.#floor = height;
      } else if (this.#open.length > height) {
        if (!this.#worthReading(height)) continue;
        this.#floor = height + 1;
      }
      this.#readNode(cursor);
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
    this.#closeDownTo(height, end, false);
    this.#floor = outerFloor;
  }

  #worthReading(index: number): boolean {
    const block = this.#open[index];
    if (block === undefined) return false;
    const path = this.#open.slice(0, index).map((outer) => outer.type);
    return this.#descend(block.type, path);
  }

  #readAttribute(cursor: TreeCursor): void {
    const block = this.#open.at(-1);
    const children = cursor.currentNode.children;
    const name = children.find((child) => child.type === 'identifier');
    const value = children.find((child) => child.type === 'expression');
    if (block === undefined || name === undefined || value === undefined) return;
    const valueText = this.#text.slice(value.startIndex, value.endIndex);
    const literal = unquote(valueText);
    block.attributes.push({
      name: this.#text.slice(name.startIndex, name.endIndex),
      nameRange: rangeOf(name),
      valueRange: rangeOf(value),
      valueText,
      ...(literal === undefined ? {} : { literal }),
      ...(evaluated.has(block.type) ? { expression: readExpression(value, this.#text) } : {}),
    });
  }
}

/** What a label says; of one that is broken or holds a template, the text between its quotes. */
export function labelText(literal: string): string {
  if (isIdentifier(literal)) return literal;
  return unquote(literal) ?? literal.replace(/^"|"$/g, '');
}
