import type { Node } from 'web-tree-sitter';
import { rangeOf } from './blocks.ts';
import type { JobspecTree } from './parse.ts';
import type { TextRange } from './text.ts';

/** A call of a function that Nomad's servers refuse, since it reads files or is about their paths. */
export interface FileCall {
  readonly name: string;
  readonly range: TextRange;
  readonly message: string;
  /**
   * Whether Nomad certainly refuses the jobspec because of it; otherwise it may never be evaluated, or its failure may
   * be caught.
   */
  readonly isRefused: boolean;
}

/** Off in every server: https://developer.hashicorp.com/nomad/docs/reference/hcl2/functions (filesystem functions) */
const fileFunctions: ReadonlySet<string> = new Set([
  'abspath',
  'basename',
  'dirname',
  'file',
  'filebase64',
  'fileexists',
  'fileset',
  'pathexpand',
]);

const mayBeThere = new RegExp(`\\b(?:${[...fileFunctions].join('|')})\\s*\\(`);

/** The calls in a text, in its order. Comments, and texts that only look like a call, are none. */
export function findFileCalls({ root, text }: JobspecTree): FileCall[] {
  // Cheap checks first: hardly any jobspec has such a call.
  if (root === undefined || !mayBeThere.test(text) || text.trimStart().startsWith('{')) return [];
  return root.descendantsOfType('function_call').flatMap((call) => {
    const name = call.namedChild(0);
    const words = name === null ? '' : text.slice(name.startIndex, name.endIndex);
    if (name === null || !fileFunctions.has(words)) return [];
    const around = surroundings(call, text);
    // The CLI has no such functions there either, so what is to be said of them is Nomad's.
    if (!around.isOfTheJob) return [];
    return [
      {
        name: words,
        range: rangeOf(call),
        message: `${words}() can't be used here. ${noFiles}`,
        isRefused: !around.isConditional,
      },
    ];
  });
}

/** What a server can't do, and what a person can. */
export const noFiles =
  "Only Nomad's CLI reads files (nomad job plan); here a Nomad server reads the jobspec, and it has no files of yours. " +
  'Write the content into the jobspec (<<EOT), pass it as a variable, or use the CLI.';

function surroundings(call: Node, text: string): { isOfTheJob: boolean; isConditional: boolean } {
  let isConditional = false;
  let outermost = '';
  for (let node = call.parent; node !== null; node = node.parent) {
    const word = node.namedChild(0);
    const name = word?.type === 'identifier' ? text.slice(word.startIndex, word.endIndex) : '';
    if (node.type === 'for_expr' || node.type === 'conditional' || node.type.startsWith('template_if'))
      isConditional = true;
    if (node.type.startsWith('template_for')) isConditional = true;
    if (node.type === 'function_call' && (name === 'try' || name === 'can')) isConditional = true;
    if (node.type !== 'block') continue;
    if (name === 'dynamic') isConditional = true;
    outermost = name;
  }
  return { isOfTheJob: outermost === 'job' || outermost === 'locals', isConditional };
}
