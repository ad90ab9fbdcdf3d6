import assert from 'node:assert/strict';
import { parse } from '@cdktf/hcl2json';
import { describe, it } from 'mocha';
import { looksSecret } from '../../../src/base/secretNames.ts';
import { parseLiteral } from '../../../src/hcl/evaluation/literals.ts';
import { quote, unquote } from '../../../src/hcl/syntax/quoted.ts';
import type { JobspecVariable } from '../../../src/hcl/jobspec.ts';
import {
  assignTyped,
  checkVariableValue,
  shownVariables,
  unsetVariables,
  variablesText,
} from '../../../src/hcl/evaluation/variables.ts';
import { parseType, typeOf } from '../../../src/hcl/evaluation/variableType.ts';
import { read } from './parser.ts';

/** A variable that is declared without a default. */
function variable(name: string, type?: string): JobspecVariable {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  return { name, nameRange: range, range, hasDefault: false, ...(type === undefined ? {} : { type }) };
}

const written = (values: readonly (readonly [name: string, value: string])[]) =>
  variablesText(values.map(([name, value]) => assignTyped(variable(name), value, 'typed')));

describe('the variables of a jobspec', () => {
  it('are unset without a default and a value', async () => {
    const jobspec = await read(
      'variable "a" {}\nvariable "b" {\n default = 1\n}\nvariable "c" {\n type = number\n}\nvariables {\n d = []\n}\n',
    );
    const names = (...given: string[]) => unsetVariables(jobspec, new Set(given)).map(({ name }) => name);
    assert.deepEqual(names(), ['a', 'c']);
    assert.deepEqual(names('a', 'other'), ['c']);
    assert.deepEqual(
      jobspec.variables.map((variable) => [variable.name, typeOf(variable)]),
      [
        ['a', { kind: 'string' }],
        ['b', { kind: 'number' }],
        ['c', { kind: 'number' }],
        ['d', { kind: 'tuple', items: [] }],
      ],
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
      assert.equal(variablesText([assignTyped(variable('x', type), value, 'typed')]), `x = ${written}\n`);
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
    const text = written(values.map((value, index) => [`v${String(index)}`, value]));
    const parsed = await parse('input.hcl', text);
    assert.deepEqual(
      values.map((_, index) => unquote(JSON.stringify(parsed[`v${String(index)}`]))),
      values.map((value) => (value === '\ud800' ? '\ufffd' : value)),
    );
    assert.equal(text.split('\n').length, values.length + 1);
  });

  it('leaves out names that cannot be assigned', () => {
    assert.equal(
      written([
        ['a b', '1'],
        ['x\ny', '1'],
        ['', '1'],
      ]),
      '',
    );
    assert.equal(
      written([
        ['a-b', '1'],
        ['größe', '1'],
        ['__proto__', '1'],
        ['constructor', '1'],
      ]),
      'a-b = "1"\ngröße = "1"\n__proto__ = "1"\nconstructor = "1"\n',
    );
  });

  it('are checked before they are sent', () => {
    const fine: [string, string][] = [
      ['string', ''],
      ['string', '{'],
      ['number', '3'],
      ['number', '"3"'],
      ['number', 'null'],
      ['bool', 'false'],
      ['bool', '"1"'],
      ['list(string)', '["a", 1]'],
      ['map(number)', '{ a = 1 }'],
      ['map(object({ a = number }))', '{ x = { a = "1" } }'],
      ['tuple([string])', '["a"]'],
      ['object({ cpu = number, memory = number })', '{ memory = 1, cpu = 2, more = 3 }'],
      ['any', '?'],
      ['something(new)', '?'],
    ];
    const check = (type: string, text: string) => checkVariableValue(parseType(type), text);
    for (const [type, text] of fine) assert.equal(check(type, text), undefined, `${type} ${text}`);
    const wrong: [string, string, string][] = [
      ['number', 'many', 'a number.'],
      ['number', '', 'a number.'],
      ['number', '"0x10"', 'a number.'],
      ['bool', 'yes', 'true or false.'],
      ['bool', '1', 'true or false.'],
      ['list(string)', 'a, b', 'a list, as ["a", "b"].'],
      ['set(string)', '1', 'a set, as ["a", "b"].'],
      ['list(number)', '["a"]', 'a number everywhere in the list.'],
      ['map(string)', '["a"]', 'a map, as { name = "value" }.'],
      ['map(list(number))', '{ a = [1, "x"] }', 'a number everywhere in the list.'],
      ['tuple([string, number])', '["a"]', 'a tuple of 2 values, as ["a", 1].'],
      ['object({})', '1', 'an object, as { name = "value" }.'],
      ['object({ cpu = number, memory = number })', '{ cpu = 100 }', 'an object that has memory, too.'],
      ['object({ cpu = number })', '{ cpu = "much" }', 'a number for cpu.'],
    ];
    for (const [type, text, sentence] of wrong) assert.equal(check(type, text), `Enter ${sentence}`, `${type} ${text}`);
  });

  it('need every part of a default that tells the type', async () => {
    const jobspec = await read(
      'variables {\n  size = { cpu = 100, memory = 64 }\n  zones = ["a"]\n  owner = null\n}\n',
    );
    const check = (index: number, text: string) => {
      const found = jobspec.variables[index];
      assert(found);
      return checkVariableValue(typeOf(found), text);
    };
    assert.equal(check(0, '{ cpu = 200 }'), 'Enter an object that has memory, too.');
    assert.equal(check(0, '{ cpu = 200, memory = 32 }'), undefined);
    assert.equal(check(1, '["a", "b"]'), 'Enter a tuple of 1 value, as ["a", 1].');
    assert.equal(check(2, 'anybody'), undefined);
  });

  it('are shown with their values, those of secrets masked', async () => {
    const jobspec = await read(
      'variables {\n  fill = "80%"\n  db_password = "hush"\n  text = <<EOT\na\nb\nEOT\n  n = [1, 2]\n}\nvariable "unset" {}\nvariable "given" {}\nvariable "constructor" {}\n',
    );
    const given = new Map(['given', 'constructor'].map((name) => [name, assignTyped(variable(name), 'x', 'typed')]));
    assert.deepEqual(
      shownVariables(jobspec, given).map(({ name, value, from }) => `${from} ${name} = ${value}`),
      [
        'typed given = "x"',
        'typed constructor = "x"',
        'default fill = "80%"',
        'default db_password = ••••••',
        'default text = "a\\nb\\n"',
        'default n = [1, 2]',
      ],
    );
  });

  it('look secret by their names', () => {
    const secret = [
      'db_password',
      'api_key',
      'apikey',
      'token',
      'client-secret',
      'PGPASS',
      'tls_key',
      'db_pass',
      'sentry_dsn',
    ];
    const plain = ['keyboard', 'monkey', 'passenger_count', 'compass', 'replicas', 'image_tag', 'author', 'zone'];
    assert.deepEqual(secret.filter(looksSecret), secret);
    assert.deepEqual(plain.filter(looksSecret), []);
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
      items: [
        { kind: 'number', text: '1' },
        { kind: 'map', entries: new Map([['a', { kind: 'null' }]]) },
      ],
    });
    for (const text of ['', 'a', 'f(1)', '[1', '1 2', '{a}', '{a = }', '[,]', '<<EOF\nEOF', '['.repeat(100_000)]) {
      assert.equal(parseLiteral(text), undefined, text.slice(0, 20));
    }
  });
});
