import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { literalText, sameLiteral } from '../../../src/hcl/evaluation/literals.ts';
import type { Literal } from '../../../src/hcl/evaluation/literals.ts';
import { isKnown } from '../../../src/hcl/evaluation/told.ts';
import { fieldOf, readField } from '../../../src/hcl/evaluation/variableField.ts';
import type { FieldAnswer, VariableField } from '../../../src/hcl/evaluation/variableField.ts';
import { assignTyped, variablesText } from '../../../src/hcl/evaluation/variables.ts';
import { fit, typeOf } from '../../../src/hcl/evaluation/variableType.ts';
import { read } from './parser.ts';
import { JobspecParser } from '../../../src/hcl/syntax/parse.ts';
import { readVariableFile } from '../../../src/hcl/evaluation/variableFile.ts';
import { wasm } from './parser.ts';

interface Box extends VariableField {
  answer(text: string): FieldAnswer;
  /** The value that is sent for a text in the box. */
  sent(text: string): Promise<string>;
  readonly value: Literal | undefined;
}

/** The box of a variable that has this default, and perhaps a type. */
async function box(initial: string, type?: string): Promise<Box> {
  const kind = type === undefined ? '' : `  type = ${type}\n`;
  const { variables } = await read(`variable "x" {\n${kind}  default = ${initial}\n}\n`);
  const [variable] = variables;
  assert(variable?.initial);
  const field = fieldOf(variable, variable.initial, variable.defaultText);
  const fitted = isKnown(variable.initial) ? fit(variable.initial.known, typeOf(variable)) : undefined;
  return {
    ...field,
    value: fitted !== undefined && 'value' in fitted ? fitted.value : undefined,
    answer: (text) => readField(variable, field, text),
    async sent(text) {
      const answer = readField(variable, field, text);
      assert('text' in answer, JSON.stringify(answer));
      const parser = await JobspecParser.load(wasm);
      const file = readVariableFile(parser, variablesText([assignTyped(variable, answer.text, 'typed')]), 'sent');
      parser.dispose();
      const value = file.assignments[0]?.value;
      assert(value !== undefined && isKnown(value));
      return literalText(value.known);
    },
  };
}

/** Defaults of every kind: type, as written, what the box shows. */
const defaults: [type: string | undefined, written: string, shown: string][] = [
  ['string', '"80%"', '80%'],
  ['string', '"C:\\\\nomad\\\\data"', 'C:\\nomad\\data'],
  ['string', '"$${x} %%{y}"', '${x} %{y}'],
  ['string', '"caf\\u00e9 \\U0001F600"', 'café 😀'],
  ['string', '"a \\"b\\""', 'a "b"'],
  ['string', '""', ''],
  ['string', '5', '5'],
  [undefined, '"blue"', 'blue'],
  [undefined, '"5"', '5'],
  ['string', '<<EOT\nline one\nline two\nEOT', '"line one\\nline two\\n"'],
  ['string', '<<-EOT\n    a\n\n      b\n    EOT', '"a\\n\\n  b\\n"'],
  ['string', '"a\\tb"', '"a\\tb"'],
  ['string', '"a\\u200bb"', '"a\u200bb"'],
  ['string', 'null', ''],
  [undefined, 'null', ''],
  ['number', '1.50', '1.50'],
  ['number', '"2"', '2'],
  ['number', '1e3', '1e3'],
  ['number', '-1', '-1'],
  ['bool', 'true', 'true'],
  ['bool', 'null', 'null'],
  ['list(string)', '["a", 1, true]', '["a", "1", "true"]'],
  ['list(string)', '[\n  "a", # first\n  "b\\nc",\n]', '["a", "b\\nc"]'],
  ['map(string)', '{ a = "x"\n "b c" : 1 }', '{ a = "x", "b c" = "1" }'],
  ['object({ cpu = number, memory = number })', '{ cpu = 100, memory = 64 }', '{ cpu = 100, memory = 64 }'],
  [undefined, '{ cpu = 100, tags = ["a", null] }', '{ cpu = 100, tags = ["a", null] }'],
  ['map(string)', '{ __proto__ = "x", constructor = "y" }', '{ __proto__ = "x", constructor = "y" }'],
  ['list(string)', '[]', '[]'],
  ['string', '"x${1 + 1}"', ''],
];

describe('the box of a variable', () => {
  it('shows the value, and keeps it on Enter', async () => {
    for (const [type, written, shown] of defaults) {
      const field = await box(written, type);
      assert.equal(field.text, shown, written);
      assert.deepEqual(field.answer(field.text), { keep: true }, written);
    }
  });

  it('sends what is typed, so that the same value written again is the same', async () => {
    for (const [type, written] of defaults) {
      const field = await box(written, type);
      if (field.value === undefined || field.value.kind === 'null') continue;
      // An edit and its undoing, as far as the box can tell: what is typed has a blank behind it, or is not what it was.
      const again = { ...field, text: 'something else' };
      const { variables } = await read(
        `variable "x" {\n${type === undefined ? '' : `  type = ${type}\n`}  default = ${written}\n}\n`,
      );
      const [variable] = variables;
      assert(variable);
      const answer = readField(variable, again, field.text);
      assert('text' in answer, written);
      const { value } = assignTyped(variable, answer.text, 'typed');
      assert(isKnown(value) && sameLiteral(value.known, field.value), `${written}: ${JSON.stringify(value)}`);
    }
  });

  it('says how a value is written that has no place in one line', async () => {
    const field = await box('<<EOT\na\nb\nEOT', 'string');
    assert.equal(field.note, 'Written in quotes: \\n is a line end.');
    assert.equal(await field.sent('"a\\nb\\nc\\n"'), '"a\\nb\\nc\\n"');
    assert.equal(await field.sent('one line'), '"one line"');
    assert.deepEqual(Object.keys(field.answer('"open')), ['wrong']);
    assert.deepEqual(Object.keys(field.answer('"${x}"')), ['wrong']);
  });

  it('keeps null while it is empty, and takes an empty text in quotes', async () => {
    const field = await box('null', 'string');
    assert.deepEqual([field.text, field.placeholder], ['', 'null']);
    assert.equal(await field.sent('""'), '""');
    assert.equal(await field.sent('null'), '"null"');
    assert.equal(await field.sent('bob'), '"bob"');
  });

  it('takes a text as it is, quotes and all, where the value is one line', async () => {
    const field = await box('"blue"');
    assert.equal(await field.sent('"blue"'), '"\\"blue\\""');
    assert.equal(await field.sent(' a\\n${b} '), '" a\\\\n$${b} "');
    assert.equal(await field.sent(''), '""');
  });

  it('shows the default as written where its value is not known', async () => {
    const field = await box('[for x in [1] : x]');
    assert.deepEqual([field.text, field.placeholder, field.keeps], ['', '[for x in [1] : x]', true]);
  });
});

describe('a file with variables', () => {
  const load = async (text: string) => {
    const parser = await JobspecParser.load(wasm);
    try {
      return readVariableFile(parser, text, 'site.vars');
    } finally {
      parser.dispose();
    }
  };

  it('assigns values as they are written', async () => {
    const text =
      '# comment\nimage = "5.2" # why\nnote = <<EOT\na $${b}\nEOT\nzones = [\n  "a",\n  "b",\n]\nn = 1 + 1\n__proto__ = { a = 1 }\n';
    const { assignments, problems } = await load(text);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      assignments.map(({ name, from }) => `${name} from ${from}`),
      ['image', 'note', 'zones', 'n', '__proto__'].map((name) => `${name} from file site.vars`),
    );
    const again = await load(variablesText(assignments));
    assert.deepEqual(
      again.assignments.map(({ name, expression, value }) => [name, expression, value]),
      assignments.map(({ name, expression, value }) => [name, expression, value]),
    );
  });

  it('may be JSON, whose texts are no templates', async () => {
    const json =
      '{ "a": "${b} \\ud83d\\ude00 \\/", "n": 12345678901234567890.5, "l": [true, null], "o": { "x y": "%{z}" }, "__proto__": "p" }';
    const { assignments } = await load(json);
    assert.equal(
      variablesText(assignments),
      'a = "$${b} 😀 /"\nn = 12345678901234567890.5\nl = [true, null]\no = { "x y" = "%%{z}" }\n__proto__ = "p"\n',
    );
    assert.equal((await load('{ "a": }')).problems.length, 1);
  });

  it('has its mistakes told', async () => {
    const said = async (text: string) => (await load(text)).problems.map(({ message }) => message);
    assert.deepEqual(await said('variable "x" {\n}\n'), ['A variable file only assigns values: name = value.']);
    assert.deepEqual(await said('a = 1\na = 2\n'), ['a is set twice.']);
    assert.equal((await said('a = "x\n')).length, 1);
    assert.deepEqual(await said(''), []);
  });
});
