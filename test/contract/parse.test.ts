import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const jobspec = `
variable "count" {
  type    = number
  default = 1
}

variable "words" {
  type = list(string)
  default = ["a", "b"]
}

job "parsed" {
  datacenters = ["dc1"]
  group "app" {
    count = var.count
    update {
      canary       = 1
      min_healthy_time = "1500ms"
    }
    task "main" {
      driver = "raw_exec"
      config {
        command = "/bin/echo"
        args    = concat(var.words, [upper("c")])
      }
      env {
        WHO = "\${node.unique.name}"
      }
      resources {
        cpu    = 20
        memory = 32
      }
    }
  }
}
`;

contract('parse', (c) => {
  const parse = (hcl: string, variables?: string) => c.client.jobs.parse({ hcl, variables });
  const failed = (hcl: string, words: string | RegExp, variables?: string) =>
    assertRefused(parse(hcl, variables), 400, words, 'rejected');

  it('turns a jobspec into a job', async () => {
    holds('jobs.parse');
    const { value: job } = await parse(jobspec);
    assert.equal(job.ID, 'parsed');
    assert.equal(job.Name, 'parsed');
    const group = job.TaskGroups?.[0];
    assert.equal(group?.Count, 1);
    assert.equal(group.Update?.Canary, 1);
    assert.equal(group.Update.MinHealthyTime, 1_500_000_000);
    const task = group.Tasks?.[0];
    assert.deepEqual(task?.Config, { command: '/bin/echo', args: ['a', 'b', 'C'] });
    assert.deepEqual(task.Env, { WHO: '${node.unique.name}' });
    assert.equal(task.Resources?.['MemoryMB'], 32);
  });

  it('leaves what is unset null, or fills it in when asked to', async () => {
    const { value: plain } = await parse(jobspec);
    assert.equal(plain.Priority, null);
    assert.equal(plain.Type, null);
    const { value: full } = await c.client.jobs.parse({ hcl: jobspec, canonicalize: true });
    assert.equal(full.Type, 'service');
    assert.equal(full.Namespace, 'default');
    assert.equal(full.TaskGroups?.[0]?.Update?.MaxParallel, 1);
  });

  it('takes values of variables as the text of a file', async () => {
    const { value } = await parse(jobspec, 'count = 3\nwords = ["x"]\n');
    assert.equal(value.TaskGroups?.[0]?.Count, 3);
    assert.deepEqual(value.TaskGroups[0].Tasks?.[0]?.Config?.['args'], ['x', 'C']);
  });

  it('ignores values of undeclared variables', async () => {
    holds('Parsing takes neither flags nor the namespace of the query, allows undeclared values, and reads no files');
    const { value } = await parse(jobspec, 'colour = "red"\n');
    assert.equal(value.ID, 'parsed');
  });

  it('refuses a variable without a value', async () => {
    await failed(
      'variable "image" {}\njob "x" {}',
      /^Failed to parse job: <nil>: Unset variable "image"; A used variable must be set or have a default value; see \S+ +for details\.$/,
    );
  });

  it('refuses a value of the wrong type', async () => {
    await failed(
      jobspec,
      /^Failed to parse job: input\.hcl:1,9-1\d: Invalid value for variable; The value for count is not compatible/,
      'count = "many"\n',
    );
  });

  it('names the place of a syntax error', async () => {
    holds(
      'jobs.parse fails',
      'The words for an unclosed brace depend on the version, and 1.6 knows neither actions nor links in a job',
    );
    const words = c.atLeast(2)
      ? /^Failed to parse job: input\.hcl:2,13-14: Unclosed configuration block; There is no closing brace/
      : /^Failed to parse job: input\.hcl:2,14-14: Argument or block definition required; An argument or block definition is required here\.$/;
    await failed('job "x" {\n  group "a" {', words);
    await failed(
      'job "x" {\n  type = "service\n}\n',
      /^Failed to parse job: input\.hcl:2,18-3,1: Invalid multi-line string; Quoted strings may not be split over multiple lines/,
    );
  });

  it('names the place of an unknown argument, block and function', async () => {
    await failed(
      'job "x" {\n  flavour = "sweet"\n}\n',
      'Failed to parse job: input.hcl:2,3-10: Unsupported argument; An argument named "flavour" is not expected here.',
    );
    await failed(
      'job "x" {\n  flavour {}\n}\n',
      'Failed to parse job: input.hcl:2,3-10: Unsupported block type; Blocks of type "flavour" are not expected here.',
    );
    await failed(
      'job "x" {\n  priority = nope(1)\n}\n',
      /^Failed to parse job: input\.hcl:2,14-18: Call to unknown function; There is no function named "nope"\./,
    );
  });

  it('gives one line for each of several errors', async () => {
    holds('A parse error names file, line and columns; further ones follow in lines or as a count, some have no place');
    await failed(
      'job "x" {\n  group "a" {\n    count = "many"\n    colour = "red"\n  }\n}\n',
      'Failed to parse job: input.hcl:4,5-11: Unsupported argument; An argument named "colour" is not expected here.\n' +
        'input.hcl:3,14-18: Unsuitable value type; Unsuitable value: a number is required',
    );
  });

  it('refuses files of the server', async () => {
    holds('Parsing takes neither flags nor the namespace of the query, allows undeclared values, and reads no files');
    await failed(
      'job "x" {\n  name = file("/etc/passwd")\n}\n',
      /^Failed to parse job: input\.hcl:2,10-15: Error in function call; Call to function "file" failed: filesystem function disabled\./,
    );
  });

  it('counts columns in characters as they are seen', async () => {
    await failed(
      'job "x" {\n  meta { a = "é👍🏽" }\n  group "ü" { colour = 1 }\n}\n',
      /^Failed to parse job: input\.hcl:3,15-21: Unsupported argument; An argument named "colour"/,
    );
  });

  it('wants exactly one job', async () => {
    holds('A parse error names file, line and columns; further ones follow in lines or as a count, some have no place');
    await failed('# nothing\n', 'Failed to parse job: <nil>: Missing job block; A job block is required');
    await failed(
      'job "a" {}\njob "b" {}\n',
      'Failed to parse job: input.hcl:2,1-8: Duplicate job block; Only one block of type "job" is allowed. ' +
        'Previous definition was at input.hcl:1,1-8.',
    );
  });

  it('wants a text', async () => {
    await failed('', 'Job spec is empty');
    assert.deepEqual(await refusal(c, '/v1/jobs/parse', { method: 'POST' }), [400, 'Request body is empty']);
    assert.deepEqual(await refusal(c, '/v1/jobs/parse', { method: 'POST', body: '{"JobHCL":' }), [
      400,
      'unexpected EOF',
    ]);
    assert.deepEqual(await refusal(c, '/v1/jobs/parse'), [405, 'Invalid method']);
  });

  it('reads a jobspec of 100 KB', async () => {
    const many = Array.from({ length: 1500 }, (_, i) => `    key_${String(i)} = "${'x'.repeat(50)}"`).join('\n');
    const { value } = await parse(`job "big" {\n  meta {\n${many}\n  }\n}\n`);
    assert.equal(Object.keys(value.Meta ?? {}).length, 1500);
  });

  it('accepts PUT as well as POST', async () => {
    const body = JSON.stringify({ JobHCL: jobspec });
    const { status } = await raw(c, '/v1/jobs/parse', { method: 'PUT', body });
    assert.equal(status, 200);
  });
});

contract('jobspecs out of the ordinary', (c) => {
  const parse = async (body: Record<string, unknown>, query = '') => {
    const { status, body: text } = await raw(c, `/v1/jobs/parse${query}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status, text, job: status === 200 ? (JSON.parse(text) as Record<string, unknown>) : undefined };
  };

  it('take no flags with values of variables', async () => {
    holds(
      'Parsing takes neither flags nor the namespace of the query, allows undeclared values, and reads no files',
      'Parsing is said to take flags with variables and a field `HCLv1`, which is `hclv1` and gone since 1.9',
    );
    const JobHCL = 'variable "n" {\n  type = number\n}\njob "x" {\n  priority = var.n\n}';
    const { status, text } = await parse({ JobHCL, VariableFlags: { n: '7' } });
    assert.equal(status, 400);
    assert.match(text, /Unset variable "n"/);
  });

  it('do not take the namespace of the query', async () => {
    holds(
      'Parsing takes neither flags nor the namespace of the query, allows undeclared values, and reads no files',
      'The namespace of a parse request is for rights only, and documents do not tell that refusals are 500',
    );
    const { job } = await parse({ JobHCL: 'job "x" {}', Canonicalize: true }, '?namespace=other');
    assert.equal(job?.['Namespace'], 'default');
  });

  it('may leave out quotes, and repeat the name of a group', async () => {
    holds('Parsing takes neither flags nor the namespace of the query, allows undeclared values, and reads no files');
    assert.equal((await parse({ JobHCL: 'job web {}' })).job?.['ID'], 'web');
    const { job } = await parse({ JobHCL: 'job "x" {\n  group "a" {}\n  group "a" {}\n}' });
    assert.equal((job?.['TaskGroups'] as unknown[] | undefined)?.length, 2);
  });

  it('have actions and links since 1.7', async () => {
    holds('The words for an unclosed brace depend on the version, and 1.6 knows neither actions nor links in a job');
    const JobHCL = 'job "x" {\n  ui {\n    description = "y"\n  }\n}';
    const { status, text } = await parse({ JobHCL });
    if (c.atLeast(1, 7)) assert.equal(status, 200, text);
    else assert.match(text, /Blocks of type "ui" are not expected here/);
  });
});

contract('jobspecs that fail', (c) => {
  const failed = async (JobHCL: string) => {
    const [status, text] = await refusal(c, '/v1/jobs/parse', { method: 'POST', body: JSON.stringify({ JobHCL }) });
    assert.equal(status, 400, text);
    return text.replace(/^Failed to parse job: /, '');
  };

  it('name one of several problems of the language, and count the others', async () => {
    holds('A parse error names file, line and columns; further ones follow in lines or as a count, some have no place');
    const text = await failed('job "x" {\n  type = @\n}\n');
    const first = 'input.hcl:2,10-11: Invalid character; This character is not used within the language.';
    assert.equal(text, `${first}, and 1 other diagnostic(s)`);
  });

  it('name each of several problems of names on a line of its own, in any order', async () => {
    holds('A parse error names file, line and columns; further ones follow in lines or as a count, some have no place');
    const lines = (await failed('job "x" {\n  priority = var.a\n  name = var.b\n}')).split('\n');
    assert.deepEqual(lines.sort(), [
      'input.hcl:2,14-19: Unsuitable value type; Unsuitable value: value must be known',
      'input.hcl:2,17-19: Unsupported attribute; This object does not have an attribute named "a".',
      'input.hcl:3,10-15: Unsuitable value type; Unsuitable value: value must be known',
      'input.hcl:3,13-15: Unsupported attribute; This object does not have an attribute named "b".',
    ]);
  });

  it('have no place where a value is missing', async () => {
    holds('A parse error names file, line and columns; further ones follow in lines or as a count, some have no place');
    const lines = (await failed('variable "a" {}\nvariable "b" {}\njob "x" {}')).split('\n');
    assert.deepEqual(
      lines.map((line) => line.slice(0, 26)),
      ['<nil>: Unset variable "a";', '<nil>: Unset variable "b";'],
    );
  });

  it('are those with actions, on older agents', async function () {
    holds('The words for an unclosed brace depend on the version, and 1.6 knows neither actions nor links in a job');
    if (c.atLeast(1, 7)) c.skip(this, `Nomad ${c.version.text} has actions`);
    const action =
      'job "x" {\n  group "a" {\n    task "t" {\n      action "h" {\n        command = "x"\n      }\n    }\n  }\n}';
    assert.equal(
      await failed(action),
      'input.hcl:4,7-13: Unsupported block type; Blocks of type "action" are not expected here.',
    );
    assert.equal(
      await failed('job "x" {\n  ui {}\n}'),
      'input.hcl:2,3-5: Unsupported block type; Blocks of type "ui" are not expected here.',
    );
  });
});
