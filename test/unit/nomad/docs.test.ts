import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'mocha';
import ts from 'typescript';

const folder = new URL('../../../src/nomad/', import.meta.url);

interface Method {
  name: string;
  /** Of the method itself. */
  own: string;
  /** Sentences of the class that hold for this method too. */
  shared: string;
  parameters: string[];
  isRead: boolean;
}

/** The text of the comment before a declaration, in one line; nothing without one. */
function textOf(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter((each) => ts.isJSDoc(each));
  const text = comments.map((comment) => comment.getText().slice(3, -2)).join(' ');
  // A table has no sentences.
  const lines = text.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('|'))
    .join(' ')
    .trim();
}

/** What a class says of all its methods, or of all its reads or writes: sentences that begin so. */
function rulesOf(text: string, isRead: boolean): string {
  const others = isRead ? 'write' : 'read';
  const rule = /^(?:All|Capabilities|Every|It is|Needs|None|Since)\b|`[^`]+` (?:is|are|has|names)\b/;
  return text
    .split(/(?<=[.:])\s+(?=[A-Z`])/)
    .filter((sentence) => rule.test(sentence) && !sentence.startsWith(`Every ${others} `))
    .join(' ');
}

function methodsOf(source: ts.SourceFile): Method[] {
  const classes = source.statements.filter((each) => ts.isClassDeclaration(each));
  return classes.flatMap((each) => {
    const title = each.name?.text ?? '';
    if (!title.endsWith('Api')) return [];
    const methods = each.members.filter((member) => ts.isMethodDeclaration(member));
    return methods
      .filter(({ name }) => ts.isIdentifier(name))
      .map((method) => {
        const isRead = !/writeRequest|#write|\.send\(|#login|ExecSession/.test(method.getText());
        const names = method.parameters.map(({ name }) => name).filter((name) => ts.isIdentifier(name));
        return {
          name: `${title}.${method.name.getText()}`,
          own: textOf(method),
          shared: rulesOf(textOf(each), isRead),
          parameters: names.map(({ text }) => text),
          isRead,
        };
      });
  });
}

const capability =
  /`[a-z]+(?:-[a-z]+)+`|policy `\w+:\w+`|[Cc]apabilit(?:y|ies)\b|management token|\bneeds no (?:token|other)/i;

/** What the text of a method lacks. */
function lacking({ own, shared, parameters, isRead }: Method): string[] {
  const all = `${own} ${shared}`;
  const isNamed = (name: string) => all.includes(`\`${name}\``) || own.includes(`@param ${name} `);
  return [
    ...(own === '' ? ['a text'] : []),
    ...(capability.test(own) || capability.test(shared) ? [] : ['the capability']),
    ...(!isRead || /\bblocks?\b/i.test(all) ? [] : ['whether it blocks']),
    ...(/\bSince \d+\.\d+/.test(own) || /\bsince \d+\.\d+/i.test(shared) ? [] : ['since when it is there']),
    ...parameters.filter((name) => !isNamed(name)).map((name) => `the parameter ${name}`),
  ];
}

const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('types'))
  .map((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  });

describe('The text of each operation', () => {
  const methods = sources.flatMap(methodsOf);

  it('names what a token needs, whether it blocks, since when it is there, and its parameters', () => {
    assert.ok(methods.length > 90, String(methods.length));
    const incomplete = methods.map((method) => [method.name, lacking(method)] as const);
    assert.deepEqual(
      incomplete.filter(([, missing]) => missing.length > 0).map(([name, missing]) => `${name}: ${missing.join(', ')}`),
      [],
    );
  });

  it('is missed where it says nothing', () => {
    const source = ts.createSourceFile(
      'x.ts',
      '/** Things. Every write needs `submit-job`. All since 1.0. */\nclass XApi {\n/** Reads. */\nread(id: string) {}\nwrite() { this.#write(); } }',
      ts.ScriptTarget.Latest,
      true,
    );
    assert.deepEqual(methodsOf(source).map(lacking), [
      ['the capability', 'whether it blocks', 'the parameter id'],
      ['a text'],
    ]);
  });
});

describe('The text of each option', () => {
  /** Those that mean the same everywhere. */
  const common = ['clock', 'namespace', 'region', 'signal', 'task'];
  /** Those of no operation. */
  const inner = ['FarewellOptions', 'GetOptions', 'TransportOptions'];

  it('is there', () => {
    const interfaces = sources.flatMap(({ statements }) =>
      statements.filter((each) => ts.isInterfaceDeclaration(each)),
    );
    const options = interfaces.filter(({ name }) => /(?:Options|Input)$/.test(name.text) && !inner.includes(name.text));
    assert.ok(options.length > 20, String(options.length));
    const without = options.flatMap(({ name, members }) =>
      members
        .filter((member) => textOf(member) === '' && !common.includes(member.name?.getText() ?? ''))
        .map((member) => `${name.text}.${member.name?.getText() ?? ''}`),
    );
    assert.deepEqual(without, []);
  });
});
