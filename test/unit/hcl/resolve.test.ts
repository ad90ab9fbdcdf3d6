import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { resolveJob } from '../../../src/hcl/evaluation/resolve.ts';
import type { ResolvedJob } from '../../../src/hcl/evaluation/resolve.ts';
import { assignTyped } from '../../../src/hcl/evaluation/variables.ts';
import { read } from './parser.ts';

/** The job of a text with these values typed for its variables. */
async function resolve(text: string, given: Record<string, string> = {}): Promise<ResolvedJob> {
  const jobspec = await read(text);
  const values = jobspec.variables.flatMap((variable) => {
    const typed = Object.hasOwn(given, variable.name) ? given[variable.name] : undefined;
    return typed === undefined ? [] : [[variable.name, assignTyped(variable, typed, 'typed').value] as const];
  });
  const job = resolveJob(jobspec, new Map(values));
  assert(job);
  return job;
}

async function idOf(id: string, before = '', given: Record<string, string> = {}): Promise<unknown> {
  const told = (await resolve(`${before}\njob "label" {\n  id = ${id}\n}\n`, given)).id;
  return 'known' in told ? told.known : told;
}

describe('what a job is called', () => {
  it('is its label where nothing else is said', async () => {
    assert.deepEqual(await resolve('job "web" {\n}\n'), {
      id: { known: 'web' },
      name: { known: 'web' },
      namespace: { known: undefined },
      region: { known: undefined },
      type: { known: undefined },
    });
    assert.equal(await idOf('null'), 'label');
    assert.equal(await idOf('""'), '');
  });

  it('comes from variables, by the value that is given', async () => {
    const site = 'variable "site" {\n  type = string\n  default = "blog"\n}\n';
    assert.equal(await idOf('"site-${var.site}"', site), 'site-blog');
    assert.equal(await idOf('"site-${var.site}"', site, { site: 'shop' }), 'site-shop');
    assert.equal(await idOf('var.site', site), 'blog');
    assert.equal(await idOf('"${ var.site }"', site), 'blog');
    assert.deepEqual(await idOf('var.site', 'variable "site" {}\n'), { unknown: 'var.site has no value yet' });
    assert.deepEqual(await idOf('var.site'), { unknown: 'var.site is not declared' });
    assert.deepEqual(await idOf('var.site', site + site), { unknown: 'var.site is declared twice' });
  });

  it('comes from local values and expressions', async () => {
    const locals =
      'variables {\n  site = "Blog"\n  n = 3\n  on = true\n  none = null\n  m = { "a b" = ["x", "y"] }\n}\n' +
      'locals {\n  second = "${local.first}!"\n  first = lower(var.site)\n}\nlocals {\n  circle = "${local.circle}"\n}\n';
    const known: [expression: string, id: string][] = [
      ['local.second', 'blog!'],
      ['"${var.n}-${var.on}"', '3-true'],
      ['var.on ? "yes" : "no"', 'yes'],
      ['var.site == "Blog" && !(var.n != 3) ? "a" : "b"', 'a'],
      ['var.none == null ? "nobody" : var.none', 'nobody'],
      ['var.m["a b"][1]', 'y'],
      ['format("%s-%v", var.site, var.n)', 'Blog-3'],
      ['replace("a.b.c", ".", "-")', 'a-b-c'],
      ['join("-", ["a", var.n])', 'a-3'],
      ['trimsuffix(upper(local.first), "G")', 'BLO'],
      ['"$${x}%%{y}\\u00e9"', '${x}%{y}é'],
      ['(("a"))', 'a'],
      ['-1', '-1'],
      ['/* why */ "a"', 'a'],
      ['"e\\u0301"', 'é'],
      ['<<-EOT\n    a\n\n      ${var.n}b\n    EOT', 'a\n\n  3b\n'],
    ];
    for (const [expression, id] of known) assert.equal(await idOf(expression, locals), id, expression);
    const unknown = [
      'local.circle',
      'local.missing',
      '"${var.none}-"',
      'var.m',
      'var.m.missing',
      'uuidv4()',
      'upper("straße")',
      'format("%03d", var.n)',
      'replace("abc", "/b/", "x")',
      '[for x in var.m : x]',
      'var.m[*]',
      '"%{ if var.on }a%{ endif }"',
      '"a ${~ var.site ~} b"',
      'node.name',
      'NOMAD_JOB_ID',
      '"${node.unique.name}-x"',
      'var.n + 1',
      '1 / 3',
      'var.on ? "a" : ["b"]',
      'var.on ? "a" : local.missing',
      'try(var.missing, "x")',
      'var.m.*.x',
    ];
    for (const expression of unknown) {
      const id = await idOf(expression, locals);
      assert.ok(typeof id === 'object', `${expression} is taken for ${String(id)}`);
    }
  });

  it('is written as Nomad writes it, whatever the type', async () => {
    const typed = (type: string, value: string) => `variable "v" {\n  type = ${type}\n  default = ${value}\n}\n`;
    const same: [type: string, value: string, id: string][] = [
      ['number', '1.50', '1.5'],
      ['number', '"007"', '7'],
      ['number', '1.5e3', '1500'],
      ['number', '1e3', '1000'],
      ['number', '1.0e-7', '0.0000001'],
      ['number', '100000000000000000000000', '100000000000000000000000'],
      ['string', '1.50', '1.5'],
      ['string', 'true', 'true'],
      ['bool', '"1"', 'true'],
    ];
    for (const [type, value, id] of same) assert.equal(await idOf('var.v', typed(type, value)), id, value);
    assert.equal(await idOf('join("-", var.v)', typed('list(string)', '[1, true]')), '1-true');
    assert.ok(typeof (await idOf('join("-", var.v)', typed('set(string)', '["b", "a"]'))) === 'object');
    assert.ok(typeof (await idOf('var.v', typed('number', '"many"'))) === 'object');
  });

  it('is never guessed from a broken text', async () => {
    const broken = [
      'job "label" {\n  id = "x\n}\n',
      'job "label" {\n  id = \n}\n',
      'job "label" {\n  id = var.\n}\n',
      'job "label" {\n  group {\n  id = "x"\n}\n',
      'job "label" {\n  id = "a"\n  id = "b"\n}\n',
      'job "label" {\n}\njob "other" {\n}\n',
      '@@@\njob "label" {\n  id = "x"\n',
    ];
    for (const text of broken) {
      const { id } = await resolve(text);
      assert.ok(!('known' in id) || id.known !== 'label', `${text} is taken for ${JSON.stringify(id)}`);
    }
  });

  it('has names that objects have by nature', async () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']) {
      const declared = `variable "${name}" {\n  default = "x"\n}\nlocals {\n  ${name} = "y"\n}\n`;
      assert.equal(await idOf(`"\${var.${name}}\${local.${name}}"`, declared), 'xy', name);
      assert.equal(await idOf(`var.${name}`, declared, Object.fromEntries([[name, 'z']])), 'z', name);
      assert.ok(typeof (await idOf(`var.${name}`)) === 'object', name);
      assert.ok(typeof (await idOf(`var.m.${name}`, 'variables {\n  m = { a = 1 }\n}\n')) === 'object', name);
    }
  });

  it('tells namespace, region, name and type in the same way', async () => {
    const job = await resolve(
      'variable "env" {}\nlocals {\n  type = "batch"\n}\njob "web" {\n  name = "The ${var.env}"\n  namespace = var.env\n  region = local.region\n  type = local.type\n}\n',
      { env: 'prod' },
    );
    assert.deepEqual(job, {
      id: { known: 'web' },
      name: { known: 'The prod' },
      namespace: { known: 'prod' },
      region: { unknown: 'local.region is not declared' },
      type: { known: 'batch' },
    });
  });

  it('takes no time, however often local values refer to each other', async () => {
    const locals = Array.from(
      { length: 60 },
      (_, index) => `  l${String(index + 1)} = "\${local.l${String(index)}}\${local.l${String(index)}}"\n`,
    );
    assert.deepEqual(await idOf('local.l60', `locals {\n  l0 = "x"\n${locals.join('')}}\n`), {
      unknown: 'it is too long to tell',
    });
  });
});
