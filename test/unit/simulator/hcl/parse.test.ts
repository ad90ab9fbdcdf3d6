import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Job } from '../../../../src/nomad/types/job.ts';
import { parseJobspec, type ParseResult } from '../../../simulator/hcl/parse.ts';
import more from '../../../recorded/simulator/hcl/more-2.0.json' with { type: 'json' };
import older from '../../../recorded/simulator/hcl/parse-1.6.json' with { type: 'json' };
import newer from '../../../recorded/simulator/hcl/parse-2.0.json' with { type: 'json' };

/** What Nomad made of a jobspec: the answer of an agent or, in `more`, the result of its parser run by itself. */
interface Recorded {
  step?: string;
  hcl: string;
  variables?: string;
  canonicalize?: boolean;
  job?: object;
  error?: string;
}

async function parse(recorded: Recorded, version: '1.6' | '2.0'): Promise<ParseResult> {
  const { hcl, variables, canonicalize } = recorded;
  const optional = {
    ...(variables !== undefined && { variables }),
    ...(canonicalize !== undefined && { canonicalize }),
  };
  return parseJobspec({ hcl, version, ...optional });
}

/** The result without what is empty: nulls, empty texts, zeros and `false`. */
function tight(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tight);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => ![null, '', 0, false].includes(item as null));
  return Object.fromEntries(kept.map(([key, item]) => [key, tight(item)]));
}

async function jobOf(hcl: string, variables = ''): Promise<Job> {
  const result = await parseJobspec({ hcl, variables });
  if ('error' in result) assert.fail(result.error);
  return result.job;
}

describe('parsing a jobspec as Nomad does', () => {
  for (const [version, recordings] of [
    ['2.0', newer],
    ['1.6', older],
  ] as const) {
    for (const recorded of recordings as Recorded[]) {
      it(`${version}: ${recorded.step ?? ''}`, async () => {
        const result = await parse(recorded, version);
        if (recorded.error !== undefined) assert.deepEqual(result, { error: recorded.error });
        else {
          assert.ok('job' in result, 'error' in result ? result.error : '');
          const groups = 'TaskGroups' in (recorded.job ?? {}) ? {} : { TaskGroups: result.job.TaskGroups };
          assert.deepEqual(result.job, { ...recorded.job, ...groups });
        }
      });
    }
  }

  for (const [index, recorded] of (more as Recorded[]).entries()) {
    const title = recorded.hcl.replaceAll(/\s+/g, ' ').slice(0, 80);
    it(`text ${String(index + 1)}: ${title}`, async () => {
      const result = await parse(recorded, '2.0');
      if (recorded.error !== undefined) assert.deepEqual(result, { error: recorded.error });
      else assert.deepEqual('job' in result ? tight(result.job) : result.error, recorded.job);
    });
  }
});

describe('what a jobspec leaves to the client', () => {
  it('keeps interpolations of names that only the client knows', async () => {
    const job = await jobOf(`job "a" {
      meta {
        node  = "\${node.datacenter}"
        port  = "http://\${NOMAD_ADDR_http}/x"
        other = meta.team
        plain = "$\${literal}"
      }
    }`);
    assert.deepEqual(job.Meta, {
      node: '${node.datacenter}',
      port: 'http://${NOMAD_ADDR_http}/x',
      other: '${meta.team}',
      plain: '${literal}',
    });
  });

  it('makes a list of maps of the blocks in a config', async () => {
    const job = await jobOf(`job "a" {
      task "t" {
        driver = "docker"
        config {
          labels { a = "1" }
          mount {
            target = "/x"
          }
          mount {
            target = "/y"
          }
        }
      }
    }`);
    assert.equal(job.TaskGroups?.[0]?.Name, 't');
    assert.deepEqual(job.TaskGroups[0].Tasks?.[0]?.Config, {
      labels: [{ a: '1' }],
      mount: [{ target: '/x' }, { target: '/y' }],
    });
  });
});

describe('variables', () => {
  const hcl = `variable "ports" {
    type    = map(number)
    default = {}
  }
  job "a" {
    group "g" {
      network {
        dynamic "port" {
          for_each = var.ports
          labels   = [port.key]
          content {
            static = port.value
          }
        }
      }
    }
  }`;

  it('feed dynamic blocks', async () => {
    const job = await jobOf(hcl, 'ports = { web = "80", dns = 53 }');
    const networks = job.TaskGroups?.[0]?.Networks as { ReservedPorts: { Label: string; Value: number }[] }[];
    assert.deepEqual(
      networks[0]?.ReservedPorts.map(({ Label, Value }) => [Label, Value]),
      [
        ['dns', 53],
        ['web', 80],
      ],
    );
  });

  it('are refused when their type does not fit', async () => {
    assert.deepEqual(await parseJobspec({ hcl, variables: 'ports = { web = "http" }' }), {
      error:
        'Failed to parse job: input.hcl:1,9-25: Invalid value for variable; The value for ports is not compatible ' +
        'with the variable\'s type constraint: element "web": a number is required.',
    });
  });

  it('are checked by their validation rules', async () => {
    const checked = `variable "n" {
  default = 1
  validation {
    condition     = var.n > 5
    error_message = "Too small."
  }
}
job "a" {}
`;
    assert.deepEqual(await parseJobspec({ hcl: checked }), {
      error:
        'Failed to parse job: input.hcl:2,13-14: Invalid value for default variable; Too small.\n\n' +
        'This was checked by the validation rule at input.hcl:3,3-13.',
    });
    assert.ok('job' in (await parseJobspec({ hcl: checked, variables: 'n = 6' })));
  });
});

describe('a text outside the language', () => {
  it('is an error with a position, never an exception', async () => {
    for (const hcl of [
      'job "a" {\n  name = <<EOF\nx\n',
      'job "a" { name = "${',
      '{"job": ',
      'job "a" {\n  name = a.(\n}\n',
    ]) {
      const result = await parseJobspec({ hcl });
      assert.match('error' in result ? result.error : '', /^Failed to parse job: input\.hcl:\d+,\d+-/);
    }
  });
});
