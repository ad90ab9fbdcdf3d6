import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { portAt, readJobspec } from '../../../src/hcl/jobspec.ts';
import type { Jobspec } from '../../../src/hcl/jobspec.ts';
import { JobspecParser } from '../../../src/hcl/syntax/parse.ts';
import { show, textAt, wasm } from './parser.ts';

const whole = `# A comment
variable "image" {
  type        = string
  description = "The image 😀"
}
variable "count" {
  type    = number
  default = 2
}
variable "zones" {
  type = list(string)
}
variables {
  suffix = "a"
}
job "web" {
  type      = "service"
  namespace = "team-a"
  region    = var.region
  group "app" {
    count = var.count
    task "server" {
      driver = "docker"
      config {
        image = "\${var.image}:1"
        group "not-a-group" {
        }
      }
    }
    task "side" {
      driver = var.driver
    }
  }
  group db {
  }
  task "short" {
    driver = "exec"
  }
}
`;

describe('scanning a jobspec', () => {
  let parser: JobspecParser;
  const read = (text: string): Jobspec => readJobspec(parser, text);

  before(async () => {
    parser = await JobspecParser.load(wasm, { timeLimitMs: 60_000 });
  });

  after(() => {
    parser.dispose();
  });

  it('finds the job, its groups and its tasks', () => {
    const { jobs, problems } = read(whole);
    assert.deepEqual(problems, []);
    const job = jobs[0];
    assert(job);
    assert.equal(jobs.length, 1);
    assert.equal(job.name, 'web');
    assert.equal(textAt(whole, job.nameRange), '"web"');
    assert.equal(textAt(whole, job.headerRange), 'job "web"');
    assert.equal(textAt(whole, job.range), whole.slice(whole.indexOf('job "web"')).trimEnd());
    assert.deepEqual(
      job.groups.map(({ name, tasks }) => [name, tasks.map((task) => [task.name, task.driver])]),
      [
        [
          'app',
          [
            ['server', 'docker'],
            ['side', undefined],
          ],
        ],
        ['db', []],
        ['short', [['short', 'exec']]],
      ],
    );
    assert.equal(job.headerRange.start.line, 15);
  });

  it('finds the variables with their types and defaults', () => {
    const { variables } = read(whole);
    assert.deepEqual(
      variables.map(({ name, type, hasDefault, defaultText, description }) => ({
        name,
        type,
        hasDefault,
        defaultText,
        description,
      })),
      [
        { name: 'image', type: 'string', hasDefault: false, defaultText: undefined, description: 'The image 😀' },
        { name: 'count', type: 'number', hasDefault: true, defaultText: '2', description: undefined },
        { name: 'zones', type: 'list(string)', hasDefault: false, defaultText: undefined, description: undefined },
        { name: 'suffix', type: undefined, hasDefault: true, defaultText: '"a"', description: undefined },
      ],
    );
    const [image] = variables;
    assert(image);
    assert.equal(textAt(whole, image.nameRange), '"image"');
  });

  it('takes the label for a name, quoted or not', () => {
    assert.equal(read('job "a\\"b" {\n}\n').jobs[0]?.name, 'a"b');
    assert.equal(read('job bare {\n}\n').jobs[0]?.name, 'bare');
    assert.equal(read('job {\n}\n').jobs[0]?.name, '');
  });

  it('counts in UTF-16 units and takes both kinds of line ends', () => {
    const text = '/* 😀 */ job "wéb😀" {\r\n  group "gröup" {\r\n  }\r\n}\r\n';
    const { jobs, problems } = read(text);
    assert.deepEqual(problems, []);
    assert.equal(jobs[0]?.name, 'wéb😀');
    assert.equal(show(jobs[0].nameRange), '0:13-0:20');
    assert.equal(show(jobs[0].range), '0:9-3:1');
    assert.equal(jobs[0].groups[0]?.name, 'gröup');
  });

  it('finds two jobs', () => {
    assert.deepEqual(
      read('job "a" {\n}\njob "b" {\n}\n').jobs.map((job) => job.name),
      ['a', 'b'],
    );
  });

  it('keeps the job while the text is broken', () => {
    const broken: [text: string, groups: string[], problems: string[]][] = [
      ['job "web" {\n  group "app" {\n', ['app'], ['1:2-1:13 This group block is not closed.']],
      ['job "web" {\n  group "app" {\n    task "t" {\n    }\n}\n', ['app'], ['0:0-0:9 This job block is not closed.']],
      ['job "web" {\n  type = "service\n}\n', [], ['1:9-1:17 This string is not closed on its line.']],
      ['job "web" {\n  type = "a\n  group "app" {\n  }\n}\n', [], ['1:9-1:11 This string is not closed on its line.']],
      ['job "web" {\n  group "app" {\n    count =\n  }\n}\n', ['app'], ['']],
      ['job "web" {\n  datacenters = [@]\n}\n', [], ['1:17-1:19 This is not expected here.']],
      ['variable "x" {\n)))\njob "web" {\n}\n', [], ['']],
    ];
    for (const [text, groups, problems] of broken) {
      const jobspec = read(text);
      assert.equal(jobspec.jobs[0]?.name, 'web', text);
      assert.deepEqual(
        jobspec.jobs[0].groups.map((group) => group.name),
        groups,
        text,
      );
      assert.equal(jobspec.problems.length, problems.length, JSON.stringify([text, jobspec.problems]));
      for (const [index, { range, message }] of jobspec.problems.entries()) {
        if (problems[index] !== '') assert.equal(`${show(range)} ${message}`, problems[index], text);
      }
    }
  });

  it('says nothing about a jobspec in JSON, and finds no job in it', () => {
    assert.deepEqual(read('{"job": {"web": {"group": {"app": {}}}}}'), {
      jobs: [],
      variables: [],
      locals: new Map(),
      problems: [],
      fileCalls: [],
    });
  });

  it('sees no mistake in numbers with an exponent', () => {
    assert.deepEqual(read('job "web" {\n  priority = 1e3\n  meta = [1e-3, "1e3"]\n}\n').problems, []);
  });

  it('takes anything', () => {
    const nesting = 5000;
    for (const text of [
      '',
      '\ufeff',
      '\0\0',
      '"',
      '}{',
      'job',
      'job "',
      'job "a',
      '\ud800',
      'x = <<EOF\n',
      '${',
      'group "g" {'.repeat(nesting),
      'a = ' + '['.repeat(nesting),
      '\r\n\r\n',
    ]) {
      const jobspec = read(text);
      assert(Array.isArray(jobspec.jobs), JSON.stringify(text.slice(0, 20)));
    }
    assert.deepEqual(read(''), { jobs: [], variables: [], locals: new Map(), problems: [], fileCalls: [] });
  });

  it('takes five megabytes', function () {
    this.timeout(120_000);
    // Of blocks alone it would take the memory of a gigabyte, which every process that a later test starts had to pay for.
    const comment = '  # says what the group below is for, and who is asked about it\n'.repeat(7);
    const group = `${comment}  group "g" {\n    task "t" {\n      driver = "exec"\n    }\n  }\n`;
    const count = Math.ceil(5_000_000 / group.length);
    const jobspec = read(`job "big" {\n${group.repeat(count)}}\n`);
    assert.equal(jobspec.jobs[0]?.groups.length, count);
    assert.deepEqual(jobspec.problems, []);
    assert.equal(read(`job "big" {\n${'x{"'.repeat(100_000)}`).problems.length > 0, true);
  });

  it('finds the job of a text that takes too long to read', async () => {
    const hurried = await JobspecParser.load(wasm, { timeLimitMs: 0 });
    const jobspec = readJobspec(hurried, `job "big" {\n${'  group "g" {\n  }\n'.repeat(50_000)}}\n`);
    hurried.dispose();
    assert.equal(jobspec.jobs[0]?.name, 'big');
    assert.equal(jobspec.problems.length, 1);
  });

  it('finds the port of the block that a position is in', () => {
    const text = `job "web" {
  group "app" {
    network {
      port "http" {
        to = 8080
      }
      port "admin" {}
    }
    service {
      name = "web"
      port = "http"
      check {
        type = "tcp"
      }
    }
    service {
      port = 9090
    }
    service {
      port = var.port
    }
    task "main" {
      resources {
        network {
          port "old" {}
        }
      }
      service {
        port = "old"
      }
    }
  }
  task "alone" {
    service {
      port = "metrics"
    }
  }
}
`;
    const jobspec = read(text);
    const at = (part: string) => {
      const before = text.slice(0, text.indexOf(part)).split('\n');
      return portAt(jobspec, { line: before.length - 1, character: before.at(-1)?.length ?? 0 });
    };
    const found = [
      'to = 8080',
      '"admin"',
      'type = "tcp"',
      '9090',
      'var.port',
      'port "old"',
      'port = "old"',
      '"metrics"',
    ];
    assert.deepEqual(
      [...found, 'network {', 'group "app"', 'task "main"'].map((part) => [part, at(part)]),
      [
        ['to = 8080', { group: 'app', port: 'http' }],
        ['"admin"', { group: 'app', port: 'admin' }],
        ['type = "tcp"', { group: 'app', port: 'http' }],
        ['9090', { group: 'app', port: '9090' }],
        ['var.port', undefined],
        ['port "old"', { group: 'app', port: 'old' }],
        ['port = "old"', { group: 'app', port: 'old' }],
        ['"metrics"', { group: 'alone', port: 'metrics' }],
        ['network {', undefined],
        ['group "app"', undefined],
        ['task "main"', undefined],
      ],
    );
  });
});
