import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseNomadDiagnostics } from '../../../src/hcl/serverProblems/nomadDiagnostics.ts';
import type { TextRange } from '../../../src/hcl/syntax/text.ts';
import { show, textAt } from './parser.ts';
import recordedOld from '../../recorded/hcl/parse-1.6.10.json' with { type: 'json' };
import recordedNew from '../../recorded/hcl/parse-2.0.5.json' with { type: 'json' };

interface Recorded {
  readonly step: string;
  readonly text: string;
  readonly body: string;
  readonly variables?: string;
}

const versions: [version: string, recorded: readonly Recorded[]][] = [
  ['2.0.5', recordedNew],
  ['1.6.10', recordedOld],
];

/** The text each recorded error is about, and how its message begins; nothing for requests that were no jobspec. */
const expected: Readonly<Record<string, readonly (readonly [covered: string, message: string])[]>> = {
  'variables missing value': [['"image"', 'Unset variable "image": A used variable must be set']],
  'variables wrong type': [['"count"', 'Invalid value for variable: The value for count is not compatible']],
  'variables bad syntax': [['"image"', 'Invalid expression: Expected the start of an expression']],
  'VariableFlags field (not in the request type)': [['"image"', 'Unset variable "image": ']],
  'bad token': [
    ['@', 'Invalid character: This character is not used within the language.\nNomad found 1 more problem.'],
  ],
  'unterminated string': [['\n', 'Invalid multi-line string: Quoted strings may not be split']],
  'unknown block': [['flavour', 'Unsupported block type: Blocks of type "flavour"']],
  'unknown attribute': [['flavour', 'Unsupported argument: An argument named "flavour"']],
  'unknown attribute in task': [['colour', 'Unsupported argument: An argument named "colour"']],
  'wrong type': [['two', 'Unsuitable value type: Unsuitable value: a number is required']],
  'wrong type list': [['dc1', 'Unsuitable value type: Unsuitable value: list of string required']],
  'bad duration': [['1 parsec', 'Unsuitable value type: Unsuitable duration value: time: unknown unit " parsec"']],
  'two errors at once': [
    ['colour', 'Unsupported argument: '],
    ['two', 'Unsuitable value type: '],
  ],
  'undefined variable': [['.nope', 'Unsupported attribute: This object does not have an attribute named "nope".']],
  'undefined local': [['.nope', 'Unsupported attribute: ']],
  'unknown function': [['wibble', 'Call to unknown function: There is no function named "wibble".']],
  'file function': [['file(', 'Error in function call: Call to function "file" failed: filesystem function disabled.']],
  'duplicate job': [
    ['job "web"', 'Duplicate job block: Only one block of type "job" is allowed. Previous definition was at line 1.'],
  ],
  'no job': [['variable "a" {', 'Missing job block: A job block is required']],
  'duplicate attribute': [['count', 'Attribute redefined: The argument "count" was already set at line 5.']],
  'empty JobHCL': [['', 'Job spec is empty']],
  'empty object': [['', 'Job spec is empty']],
  'whitespace JobHCL': [['  ', 'Missing job block: ']],
  'JSON job text in JobHCL': [['"Job"', 'Extraneous JSON object property: No argument or block type is named "Job".']],
  'action block': [['action', 'Unsupported block type: ']],
  'ui block': [['ui', 'Unsupported block type: ']],
  'empty body': [],
  'no body': [],
  'invalid JSON': [],
  'JSON wrong type': [],
  'JSON array': [],
  'Canonicalize as string': [],
};

const unclosed: Readonly<Record<string, readonly [covered: string, message: string]>> = {
  '2.0.5': ['{', 'Unclosed configuration block: There is no closing brace'],
  '1.6.10': ['', 'Argument or block definition required: '],
};

function only(text: string, body: string): { covered: string; range: TextRange; message: string } {
  const problems = parseNomadDiagnostics(`Failed to parse job: ${body}`, text);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  const [problem] = problems;
  assert(problem);
  return { covered: textAt(text, problem.range), range: problem.range, message: problem.message };
}

describe('the parse errors of a server', () => {
  for (const [version, recorded] of versions) {
    for (const { step, text, body, variables } of recorded) {
      it(`${version}: ${step}`, () => {
        const problems = parseNomadDiagnostics(body, text, variables);
        const wanted = step === 'unclosed brace' ? [unclosed[version] ?? ['?', '?']] : expected[step];
        assert(wanted !== undefined, `nothing is expected of "${step}"`);
        assert.deepEqual(
          problems.map(({ range, message }, index) => [
            textAt(text, range),
            message.slice(0, wanted[index]?.[1].length),
          ]),
          wanted,
        );
        for (const { message } of problems) assert(!message.includes('input.hcl'), message);
      });
    }
  }

  it('tells whether the variables are at fault, and where in them', () => {
    const both = 'variable "a" {}\nvariable "b" {}\njob "x" {}\n';
    const given = 'a = 1\nb = [\n  oops,\n]\n';
    const [wrong] = parseNomadDiagnostics(
      'Failed to parse job: unable to parse var content: input.hcl:3,3-7: Variables not allowed; Variables may not be used here.',
      both,
      given,
    );
    assert.equal(wrong?.origin, 'variables');
    assert.equal(textAt(both, wrong.range), '"b"');
    assert(wrong.variablesRange);
    assert.equal(textAt(given, wrong.variablesRange), 'oops');

    const [rule] = parseNomadDiagnostics(
      'Failed to parse job: input.hcl:1,5-6: Invalid value for varfile variable; Too small.\n\nThis was checked by the validation rule at input.hcl:3,3-13.',
      both,
      given,
    );
    assert.equal(rule?.origin, 'variables');
    assert.equal(textAt(both, rule.range), '"a"');
    assert.equal(
      rule.message,
      'Invalid value for varfile variable: Too small.\n\nThis was checked by the validation rule at line 3.',
    );
  });

  it('leaves a failed default with the jobspec', () => {
    const text = 'variable "a" {\n  default = 0\n  validation {\n  }\n}\n';
    const [problem, next] = parseNomadDiagnostics(
      'Failed to parse job: input.hcl:2,13-14: Invalid value for default variable; one\n\ntwo at input.hcl:3,3-13.\n<nil>: Missing job block; A job block is required',
      text,
    );
    assert.equal(problem?.origin, 'jobspec');
    assert.equal(textAt(text, problem.range), '0');
    assert.equal(next?.message, 'Missing job block: A job block is required');
  });

  it('counts columns as the server does', () => {
    // A family of four is one column and eleven UTF-16 units, an accent of its own belongs to its letter.
    assert.equal(only('x = "👨‍👩‍👧‍👦e\u0301" bad', 'input.hcl:1,10-13: A; b').covered, 'bad');
    assert.equal(only('# 😀\r\nx = "😀" bad\r\ny = 1\r\n', 'input.hcl:2,9-12: A; b').covered, 'bad');
    assert.equal(show(only('a\r\nb\r\n', 'input.hcl:1,2-2,1: A; b').range), '0:1-1:0');
    assert.equal(only('ключ = плохо', 'input.hcl:1,8-13: A; b').covered, 'плохо');
  });

  it('stays in the text, wherever the server points', () => {
    assert.equal(show(only('a\nb', 'input.hcl:1,50-60: A; b').range), '0:1-0:1');
    assert.equal(show(only('a\nb', 'input.hcl:9,1-2: A; b').range), '1:1-1:1');
    assert.equal(show(only('😀', 'input.hcl:1,5-9: A; b').range), '0:2-0:2');
    assert.equal(show(only('', 'input.hcl:1,1-1: A; b').range), '0:0-0:0');
  });

  it('takes a place of several lines, and words without a place', () => {
    const text = '# first\njob "x" {\n  a = [\n  ]\n}\n';
    assert.equal(only(text, 'input.hcl:3,7-4,4: A; b').covered, '[\n  ]');
    assert.deepEqual([only(text, '<nil>: A; b').covered, only(text, 'something new').covered], ['job "x"', 'job "x"']);
    assert.equal(only(text, 'something new').message, 'something new');
    assert.equal(only(text, 'input.hcl:3,3-4: Only this; ').message, 'Only this');
  });

  it('keeps an unknown value that nothing else explains', () => {
    const { message } = only('x = y', 'input.hcl:1,5-6: Unsuitable value type; Unsuitable value: value must be known');
    assert.equal(message, 'Unsuitable value type: Unsuitable value: value must be known');
  });

  it('finds the key that the older language names', () => {
    const text = 'job "x" {\n  food = 1\n  foo = 1\n}\n';
    for (const start of ['', 'Failed to parse job: ']) {
      const body = `${start}error parsing 'job': 2 errors occurred:\n\t* job: invalid key: foo\n\t* job: something else\n\n`;
      assert.deepEqual(
        parseNomadDiagnostics(body, text).map(({ range, message }) => [show(range), message]),
        [
          ['2:2-2:5', 'job: invalid key: foo'],
          ['0:0-0:7', 'job: something else'],
        ],
      );
    }
  });

  it('says nothing of what is not about the text', () => {
    assert.deepEqual(parseNomadDiagnostics('Permission denied', 'job "x" {}'), []);
    assert.deepEqual(parseNomadDiagnostics('', ''), []);
  });
});
