import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commonEnd, filePlaces } from '../../../../src/wording/logs/filePlaces.ts';
import { foldedJson, jsonLine } from '../../../../src/wording/logs/jsonLine.ts';
import { LineFilter, mindsCapitals, patternProblem } from '../../../../src/wording/logs/lineFilter.ts';
import { lineText, olderLine, wordsOf } from '../../../../src/wording/logs/lineText.ts';
import { LogNames, type NamedLog } from '../../../../src/wording/logs/logNames.ts';
import { searchText } from '../../../../src/wording/logs/searchText.ts';
import { golden } from '../../../support/golden.ts';

function log(name: string, allocation: string, task: string, stream = 'stdout'): NamedLog {
  return { key: `${allocation}/${task}/${stream}`, name, allocation, task };
}

const a0 = '3f2a6f1e-0000-0000-0000-000000000000';
const a1 = '8c98f833-0000-0000-0000-000000000000';

describe('the name before a line of a log', () => {
  it('says what tells the logs apart, and no more', () => {
    const cases: Readonly<Record<string, [byAllocation: boolean, logs: NamedLog[]]>> = {
      'a task': [false, [log('app[0]', a0, 'server'), log('app[0]', a0, 'server', 'stderr')]],
      'an allocation with two tasks': [false, [log('app[0]', a0, 'server'), log('app[0]', a0, 'proxy')]],
      'a job with one allocation': [true, [log('app[0]', a0, 'server')]],
      'a job': [true, [log('app[0]', a0, 'server'), log('app[10]', a1, 'server')]],
      'a job with several tasks': [true, [log('app[0]', a0, 'server'), log('app[1]', a1, 'proxy')]],
      'one without a number': [true, [log('8c98f833', a1, 'server')]],
      'an agent': [true, [{ key: 'node', name: 'node-1' }]],
      'a long name': [true, [log(`${'long'.repeat(20)}[0]`, a0, 'server'), log('app[1]', a1, 'server')]],
    };
    const rows = Object.entries(cases).flatMap(([what, [byAllocation, logs]]) => {
      const names = new LogNames(byAllocation);
      names.add(logs);
      return [what, ...logs.map((one) => `  ${lineText({ time: '', name: names.of(one), bar: '│', text: 'text' })}`)];
    });
    golden('wording/log-names', rows.join('\n'));
  });

  it('says when lines of before would begin otherwise', () => {
    const names = new LogNames(true);
    assert.equal(names.add([log('app[0]', a0, 'server')]), false);
    assert.equal(names.add([log('app[1]', a1, 'server')]), false);
    assert.equal(names.add([log('app[1]', a1, 'server')]), false);
    assert.equal(names.add([log('app[10]', 'b1234567', 'server')]), true);
    assert.equal(names.add([log('app[0]', a0, 'proxy')]), true);
  });
});

describe('a line of JSON', () => {
  it('is shown as its message', () => {
    const lines = [
      '{"level":"info","msg":"listening","port":8080}',
      '{"@timestamp":"2026-11-27T12:00:00Z","@level":"warn","@message":"slow","ms":1200}',
      '{"level":50,"time":1,"msg":"no route","err":{"code":"E1","at":["a"]}}',
      '{"severity":"ERROR","message":"two\\nlines\\u001b[31m"}',
      '{"message":""}',
      '{"port":8080}',
      '{"msg":"cut',
      '[1, 2]',
      'plain {"msg":"text"}',
      '{"message":42,"level":null}',
      '{"__proto__":{"msg":"not own"}}',
    ];
    const rows = lines.map((line) => {
      const json = jsonLine(line);
      if (json === undefined) return `${line}\n  as it is`;
      const fields = json.fields.map(([name, value]) => `    ${name}: ${value}`);
      return [line, `  ${foldedJson(json)}`, ...fields].join('\n');
    });
    golden('wording/log-json', rows.join('\n'));
  });

  it('keeps the line where it is not folded, and says what is missing of a long one', () => {
    const text = '{"msg":"hello"}';
    assert.equal(wordsOf({ text }, false), text);
    assert.equal(wordsOf({ text }, true), 'hello');
    assert.equal(wordsOf({ text, cutBytes: 1_000_000 }, true), `${text} … (1,000,000 more)`);
    assert.match(wordsOf({ text: 'x'.repeat(10_000) }, true), /^x{8000} … \(2,000 more\)$/);
    assert.equal(wordsOf({ text: '␀␁', binary: true }, true), '␀␁ … (not text)');
    assert.equal(olderLine(20_000), '… older lines are not shown, at most 20,000 are kept: Load older');
  });
});

describe('a filter of lines', () => {
  const run = (rule: ConstructorParameters<typeof LineFilter>[0], lines: readonly string[]) => {
    const filter = new LineFilter<{ log: string; text: string }>(rule);
    return lines.flatMap((line) => {
      const [name = '', text = ''] = line.split(':');
      return filter
        .take({ log: name, text }, new RegExp(rule.source).test(text))
        .map((one) => `${one.log}:${one.text}`);
    });
  };
  const lines = ['a:1', 'b:1', 'a:2', 'a:ERROR', 'b:2', 'a:3', 'a:4', 'b:3', 'b:error', 'a:5'];

  it('keeps what is found with lines of the same log around it', () => {
    assert.deepEqual(run({ source: 'error|ERROR', way: 'keep', context: 0 }, lines), ['a:ERROR', 'b:error']);
    assert.deepEqual(run({ source: 'error|ERROR', way: 'keep', context: 1 }, lines), [
      'a:2',
      'a:ERROR',
      'a:3',
      'b:3',
      'b:error',
    ]);
    assert.deepEqual(run({ source: 'error|ERROR', way: 'keep', context: 99 }, lines).length, lines.length);
  });

  it('shows no line twice where finds are near each other', () => {
    const near = ['a:1', 'a:E', 'a:2', 'a:E', 'a:3'];
    assert.deepEqual(run({ source: 'E', way: 'keep', context: 2 }, near), near);
  });

  it('hides what is found', () => {
    assert.deepEqual(run({ source: '\\d', way: 'hide', context: 0 }, lines), ['a:ERROR', 'b:error']);
  });

  it('says what is wrong with an expression', () => {
    assert.equal(patternProblem('a|b'), undefined);
    assert.equal(patternProblem('('), 'This is no regular expression: Unterminated group.');
    assert.match(patternProblem('[z-a]') ?? '', /^This is no regular expression: Range out of order/);
  });

  it('minds capitals where there are any', () => {
    assert.equal(mindsCapitals('error'), false);
    assert.equal(mindsCapitals('Error'), true);
    assert.equal(mindsCapitals('\\Derror'), false);
  });
});

describe('what a search found', () => {
  it('is told log by log, with what could not be read', () => {
    const of = (name: string, allocation: string, stream: 'stdout' | 'stderr') => ({
      ...log(name, allocation, 'server', stream),
      stream,
    });
    const found = [
      { source: of('app[1]', a1, 'stderr'), text: 'timeout 2' },
      { source: of('app[0]', a0, 'stdout'), text: 'timeout 1' },
    ];
    const unread = [{ source: of('app[2]', 'b1234567', 'stdout'), why: 'Unknown allocation' }];
    const searched = { typed: 'timeout', name: 'web', cluster: 'prod:4646', logs: 6, lines: 12_000, matches: 2 };
    const texts = [
      searchText({ ...searched, truncated: false, unread }, found),
      searchText({ ...searched, truncated: true, unread: [] }, found),
    ];
    golden('wording/log-search', texts.join('\n'));
  });
});

describe('places in files', () => {
  it('are found in what programs write', () => {
    const texts = [
      '    at handler (/build/src/app.ts:12:5)',
      'src/app.ts:12: error',
      '  File "/srv/app.py", line 33, in main',
      'panic: /go/src/web/main.go:7 +0x1d',
      'at com.acme.Main(Main.java:42)',
      'C:\\app\\Main.cs:line 9',
      'GET http://example.com:8080/ 200',
      'listening on 0.0.0.0:8080 at 12:30:01',
      'version 1.2.3:4',
    ];
    const rows = texts.map((text) => {
      const places = filePlaces(text);
      const found = places.map(({ path, line, column }) =>
        `  ${path} ${String(line)} ${String(column ?? '')}`.trimEnd(),
      );
      return [text, ...(found.length === 0 ? ['  none'] : found)].join('\n');
    });
    golden('wording/log-file-places', rows.join('\n'));
  });

  it('are compared from their ends', () => {
    assert.equal(commonEnd('/build/src/app.ts', '/home/me/web/src/app.ts'), 2);
    assert.equal(commonEnd('./app.ts', '/x/app.ts'), 1);
    assert.equal(commonEnd('/x/app.ts', '/x/other.ts'), 0);
  });
});
