import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { readJobspec } from '../../src/hcl/jobspec.ts';
import { JobspecParser } from '../../src/hcl/syntax/parse.ts';
import { fieldOf, readField } from '../../src/hcl/evaluation/variableField.ts';
import { assignTyped, checkVariableValue, variablesText } from '../../src/hcl/evaluation/variables.ts';
import { typeOf } from '../../src/hcl/evaluation/variableType.ts';
import { contract } from './support/contract.ts';
import { wasm } from '../unit/hcl/parser.ts';

/** Type, default, and how a text is made of it. */
const variables: readonly [type: string, initial: string, text: string][] = [
  ['string', '"80%"', 'var.v0'],
  ['string', '"C:\\\\nomad\\\\data"', 'var.v1'],
  ['string', '"$${x} %%{y} \\"q\\" caf\\u00e9 \\U0001F600"', 'var.v2'],
  ['string', '<<EOT\nline one\n  line $${two} \\n\nEOT', 'var.v3'],
  ['string', '<<-EOT\n    a\n\n      b\n    EOT', 'var.v4'],
  ['string', '"a\\tb\\r\\u0007"', 'var.v5'],
  ['number', '"1.50"', '"${var.v6}"'],
  ['bool', '"1"', '"${var.v7}"'],
  ['list(string)', '[\n    "a", # first\n    1,\n  ]', 'join("|", var.v8)'],
  ['map(string)', '{ "a b" = "x"\n __proto__ = true }', 'join("|", [var.v9["a b"], var.v9["__proto__"]])'],
  ['object({ cpu = number, memory = number })', '{ cpu = 100, memory = 64 }', '"${var.v10.cpu}/${var.v10.memory}"'],
  ['tuple([string, number])', '["a", 2]', '"${var.v11[0]}${var.v11[1]}"'],
];

const declared = variables
  .map(([type, initial], index) => `variable "v${String(index)}" {\n  type    = ${type}\n  default = ${initial}\n}\n`)
  .join('');
const meta = variables.map(([, , text], index) => `    m${String(index)} = ${text}\n`).join('');
const hcl = `${declared}job "given" {\n  type = "batch"\n  meta {\n${meta}  }\n}\n`;

contract('variables as a person gives them', (c) => {
  let parser: JobspecParser;

  before(async () => {
    parser = await JobspecParser.load(wasm);
  });

  after(() => {
    parser.dispose();
  });

  it('say what their defaults say, when what the box shows is sent', async () => {
    const jobspec = readJobspec(parser, hcl);
    const typed = jobspec.variables.map((variable) => {
      const field = fieldOf(variable, variable.initial);
      // As if it was typed into a box that showed something else.
      const answer = readField(variable, { ...field, text: 'something else' }, field.text);
      assert.ok('text' in answer, `${variable.name}: ${JSON.stringify(answer)}`);
      return assignTyped(variable, answer.text, 'typed');
    });
    const { value: plain } = await c.client.jobs.parse({ hcl });
    const { value: given } = await c.client.jobs.parse({ hcl, variables: variablesText(typed) });
    assert.equal(Object.keys(plain.Meta ?? {}).length, variables.length);
    assert.deepEqual(given.Meta, plain.Meta);
  });

  it('are refused in the box where Nomad would refuse them, and taken where it takes them', async () => {
    const texts: readonly [type: string, text: string][] = [
      ['object({ cpu = number, memory = number })', '{ cpu = 100 }'],
      ['object({ cpu = number })', '{ cpu = "1", more = 2 }'],
      ['object({ cpu = number })', '{ cpu = null }'],
      ['map(object({ a = number }))', '{ x = { a = "y" } }'],
      ['tuple([string])', '["a", "b"]'],
      ['list(number)', '["1", 2]'],
      ['list(number)', '["one"]'],
      ['set(string)', '["a", true]'],
      ['bool', '"1"'],
      ['bool', '1'],
      ['number', '"0x10"'],
      ['number', 'null'],
      ['map(string)', '{ constructor = "x" }'],
    ];
    for (const [type, text] of texts) {
      const jobspecText = `variable "x" {\n  type = ${type}\n}\njob "given" {\n  type = "batch"\n}\n`;
      const [variable] = readJobspec(parser, jobspecText).variables;
      assert.ok(variable);
      const asked = c.client.jobs.parse({ hcl: jobspecText, variables: `x = ${text}\n` });
      const isTaken = await asked.then(
        () => true,
        () => false,
      );
      assert.equal(checkVariableValue(typeOf(variable), text) === undefined, isTaken, `${type} ${text}`);
    }
  });
});
