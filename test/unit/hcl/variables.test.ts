import assert from 'node:assert/strict';
import { parse } from '@cdktf/hcl2json';
import { describe, it } from 'mocha';
import { parseLiteral } from '../../../src/hcl/literals.ts';
import { quote, unquote } from '../../../src/hcl/quoted.ts';
import { checkVariableValue, declaredValues, unsetVariables, variablesText } from '../../../src/hcl/variables.ts';
import { read } from './parser.ts';

describe('the variables of a jobspec', () => {
  it('are unset without a default and a value', async () => {
    const jobspec = await read(
      'variable "a" {}\nvariable "b" {\n default = 1\n}\nvariable "c" {\n type = number\n}\nvariables {\n d = []\n}\n',
    );
    const names = (given: Record<string, string>) => unsetVariables(jobspec, given).map(({ name }) => name);
    assert.deepEqual(names({}), ['a', 'c']);
    assert.deepEqual(names({ a: '', other: 'x' }), ['c']);
    assert.deepEqual(declaredValues(jobspec, { a: 'x', b: '2', c: '3', d: '["e"]', other: 'x' }), {
      a: { value: 'x', type: 'string' },
      b: { value: '2', type: 'number' },
      c: { value: '3', type: 'number' },
      d: { value: '["e"]', type: 'list(any)' },
    });
    assert.equal(
      variablesText(declaredValues(jobspec, { a: '1', b: '2', d: '["e"]', other: 'x' })),
      'a = "1"\nb = 2\nd = ["e"]\n',
    );
  });

  it('are written as what they are, or as a string', () => {
    const cases: [type: string | undefined, value: string, written: string][] = [
      [undefined, 'plain', '"plain"'],
      ['string', '12', '"12"'],
      ['string', 'a"b\\c\nd\te', '"a\\"b\\\\c\\nd\\te"'],
      ['string', '${x} %{y} $ % $x', '"$${x} %%{y} $ % $x"'],
      ['string', '$${x}', '"\\u0024\\u0024{x}"'],
      ['number', ' 12.5e3 ', '12.5e3'],
      ['number', '-1', '-1'],
      ['number', '1 + 1', '"1 + 1"'],
      ['number', '', '""'],
      ['bool', 'true', 'true'],
      ['bool', 'yes', '"yes"'],
      ['list(string)', '["a", "b"]', '["a", "b"]'],
      ['list(number)', '["a"]', '"[\\"a\\"]"'],
      ['list(string)', '[\n  "a",\n  "b",\n]', '[\n  "a",\n  "b",\n]'],
      ['list(string)', '["a"]\nother = "b"', '"[\\"a\\"]\\nother = \\"b\\""'],
      ['set(string)', '[]', '[]'],
      ['map(string)', '{ a = "x", "b c" : "y" }', '{ a = "x", "b c" : "y" }'],
      ['map(string)', '{ a = "x" b = "y" }', '"{ a = \\"x\\" b = \\"y\\" }"'],
      ['object({ a = number })', '{\n a = 1\n b = 2\n}', '{\n a = 1\n b = 2\n}'],
      ['list(list(number))', '[[1], [2]]', '[[1], [2]]'],
      ['any', '[1, "a"]', '[1, "a"]'],
      ['any', 'text', '"text"'],
      ['list(string)', '["${file("/etc/passwd")}"]', '"[\\"$${file(\\"/etc/passwd\\")}\\"]"'],
    ];
    for (const [type, value, written] of cases) {
      const text = variablesText({ x: { value, ...(type === undefined ? {} : { type }) } });
      assert.equal(text, `x = ${written}\n`);
    }
  });

  it('are valid HCL, whatever is in them', async () => {
    const values = [
      '',
      '"',
      '\\',
      '${',
      '%{ if',
      'é😀',
      'a\u2028b\u0007',
      '<<EOF',
      '# no comment',
      '$$',
      '$${',
      '\ud800',
    ];
    const text = variablesText(Object.fromEntries(values.map((value, index) => [`v${String(index)}`, { value }])));
    const parsed = await parse('input.hcl', text);
    assert.deepEqual(
      values.map((_, index) => unquote(JSON.stringify(parsed[`v${String(index)}`]))),
      values.map((value) => (value === '\ud800' ? '\ufffd' : value)),
    );
    assert.equal(text.split('\n').length, values.length + 1);
  });

  it('leaves out names that cannot be assigned', () => {
    assert.equal(variablesText({ 'a b': { value: '1' }, 'x\ny': { value: '1' }, '': { value: '1' } }), '');
    assert.equal(variablesText({ 'a-b': { value: '1' }, größe: { value: '1' } }), 'a-b = "1"\ngröße = "1"\n');
  });

  it('are checked before they are sent', () => {
    const fine: [string | undefined, string][] = [
      [undefined, ''],
      ['string', '{'],
      ['number', '3'],
      ['number', '"3"'],
      ['bool', 'false'],
      ['list(string)', '["a", 1]'],
      ['map(number)', '{ a = 1 }'],
      ['tuple([string])', '["a"]'],
      ['any', '?'],
      ['something(new)', '?'],
    ];
    for (const [type, text] of fine) assert.equal(checkVariableValue(type, text), undefined, `${String(type)} ${text}`);
    assert.equal(checkVariableValue('number', 'many'), 'Enter a number.');
    assert.equal(checkVariableValue('number', ''), 'Enter a number.');
    assert.equal(checkVariableValue('bool', 'yes'), 'Enter true or false.');
    assert.equal(checkVariableValue('list(string)', 'a, b'), 'Enter a list, as ["a", "b"].');
    assert.equal(checkVariableValue('list(number)', '["a"]'), 'Enter a number everywhere in the list.');
    assert.equal(checkVariableValue('map(string)', '["a"]'), 'Enter a map, as { name = "value" }.');
    assert.equal(checkVariableValue('object({})', '1'), 'Enter an object, as { name = "value" }.');
  });
});

describe('HCL strings', () => {
  it('come back as they were', () => {
    for (const value of ['', 'a"b', '\\n', '\n\r\t', '${a} %{b}', '$$${a}', '😀', '\u0000\u001f']) {
      assert.equal(unquote(quote(value)), value);
    }
  });

  it('are only read when they are plain', () => {
    assert.equal(unquote('"\\u00e9\\U0001F600"'), 'é😀');
    for (const text of ['', '"', 'a', '"a', '"${x}"', '"%{ if x }"', '"a" + "b"', '"a\nb"']) {
      assert.equal(unquote(text), undefined, text);
    }
  });

  it('are literals, as are numbers, lists and maps, and nothing else', () => {
    assert.deepEqual(parseLiteral('[1, {a = null}]'), {
      kind: 'list',
      items: [{ kind: 'number' }, { kind: 'map', items: [{ kind: 'null' }] }],
    });
    for (const text of ['', 'a', 'f(1)', '[1', '1 2', '{a}', '{a = }', '[,]', '<<EOF\nEOF', '['.repeat(100_000)]) {
      assert.equal(parseLiteral(text), undefined, text.slice(0, 20));
    }
  });
});
