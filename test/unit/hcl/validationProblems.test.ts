import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { Jobspec } from '../../../src/hcl/jobspec.ts';
import { locateValidation } from '../../../src/hcl/serverProblems/validationProblems.ts';
import { read, textAt } from './parser.ts';
import recordedOld from '../../recorded/hcl/validation-1.6.10.json' with { type: 'json' };
import recordedNew from '../../recorded/hcl/validation-2.0.5.json' with { type: 'json' };

const text = `job "web" {
  type     = "service"
  priority = 50
  update {
  }
  group "first" {
    task "server" {
      driver = "a"
    }
  }
  group "app" {
    count = 1
    reschedule {
    }
    task "server" {
      driver = "b"
      resources {
      }
    }
  }
}
`;

describe('the validation errors of a server', () => {
  let jobspec: Jobspec;
  const locate = (body: string) =>
    locateValidation(body, jobspec).map(({ range, message }) => `${textAt(text, range)} | ${message}`);

  before(async () => {
    jobspec = await read(text);
  });

  for (const [version, recorded] of [
    ['2.0.5', recordedNew],
    ['1.6.10', recordedOld],
  ] as const) {
    it(`${version}: every entry becomes one problem with its own words`, () => {
      for (const { step, body } of recorded) {
        const lines = body.split('\n').filter((line) => line.trim() !== '' && !/(?:occurred|warnings?):$/.test(line));
        const messages = locateValidation(body, jobspec).map(({ message }) => message);
        assert.equal(messages.length, lines.length, step);
        for (const [index, line] of lines.entries()) {
          assert(messages[index]?.endsWith(line.replace(/^\s*\* /, '')), `${step}: ${String(messages[index])}`);
        }
      }
    });
  }

  it('finds groups, tasks and what is wrong in them', () => {
    const body =
      '4 errors occurred:\n\t* Invalid job type: "daemon"\n\t* job priority must be between [1, 100]\n' +
      '\t* Task group app validation failed: 3 errors occurred:\n' +
      '\t* Job type "batch" does not allow update block\n' +
      '\t* System jobs should not have a reschedule policy\n' +
      '\t* Task server validation failed: 2 errors occurred:\n\t* Missing task driver\n' +
      '\t* 1 error occurred:\n\t* minimum CPU value is 1; got 0\n\n\n\n\n' +
      '\t* Job task group 1 missing name\n\n';
    assert.deepEqual(locate(body), [
      'type | Invalid job type: "daemon"',
      'priority | job priority must be between [1, 100]',
      'update | Job type "batch" does not allow update block',
      'reschedule | System jobs should not have a reschedule policy',
      'driver | Missing task driver',
      'resources | minimum CPU value is 1; got 0',
      'group "first" | Job task group 1 missing name',
    ]);
  });

  it('tells tasks of one name in two groups apart', () => {
    const lineOf = (body: string) => locateValidation(body, jobspec)[0]?.range.start.line;
    const inGroup = (group: string) =>
      `Task group ${group} validation failed: 1 error occurred:\n\t* Task server validation failed: 1 error occurred:\n\t* odd`;
    assert.deepEqual([lineOf(inGroup('first')), lineOf(inGroup('app'))], [6, 14]);
    assert.equal(lineOf('1 warning:\n\n* Odd; Task "app.server" x'), 0);
    assert.equal(lineOf('1 warning:\n\n* Task "app.server" is odd'), 14);
    assert.equal(
      lineOf(
        '1 warning:\n\n* Group "app" has warnings: 1 error occurred:\n\t* Task "server" has warnings: 1 error occurred:\n\t* odd\n',
      ),
      14,
    );
  });

  it('keeps the headings that are no place', () => {
    assert.deepEqual(
      locate(
        'Task group app validation failed: 1 error occurred:\n\t* Task group scaling policy validation failed: 1 error occurred:\n\t* too many\n\n\n',
      ),
      ['group "app" | Task group scaling policy validation failed: too many'],
    );
  });

  it('puts what it does not know at the job, in the words of the server', () => {
    assert.deepEqual(locate('Permission denied'), ['job "web" | Permission denied']);
    assert.deepEqual(locate('Task group other validation failed: 9 errors occurred:\n\t* odd'), ['job "web" | odd']);
    assert.deepEqual(locate('1 error occurred:\n\t* two\nlines\n\n'), ['job "web" | two\nlines']);
    assert.deepEqual(locate(''), []);
    assert.deepEqual(
      locateValidation('odd', { jobs: [], variables: [], locals: new Map(), problems: [], fileCalls: [] }),
      [
        {
          range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
          message: 'odd',
          origin: 'jobspec',
        },
      ],
    );
  });
});
