import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { JobspecParser } from '../../src/hcl/syntax/parse.ts';
import { readJobspec } from '../../src/hcl/jobspec.ts';
import { resolveJob } from '../../src/hcl/evaluation/resolve.ts';
import { contract } from './support/contract.ts';
import { wasm } from '../unit/hcl/parser.ts';

const declarations = `
variable "site" {
  type    = string
  default = "Blog"
}
variable "count" {
  type    = number
  default = "1.50"
}
variable "on" {
  type    = bool
  default = "1"
}
variable "words" {
  type    = list(string)
  default = [1, true, "x"]
}
variable "owner" {
  default = null
}
variable "constructor" {
  default = { "a b" = ["p", "q"], __proto__ = "r" }
}
variable "text" {
  default = <<-EOT
    one

      two
    EOT
}
locals {
  second = "\${local.first}!"
  first  = lower(var.site)
}
`;

/** What a name may be worked out from here. */
const known = [
  '"plain"',
  '"site-${var.site}"',
  '"${var.count}-${var.on}-${12345678901}"',
  'var.count',
  'local.second',
  'var.owner == null ? "nobody" : var.owner',
  'var.site == "Blog" && !(var.count != 1.5) ? 5 : "t"',
  'var.count == "1.5" ? "equal" : "differ"',
  'join("-", var.words)',
  'var.constructor["a b"][1]',
  'var.constructor.__proto__',
  'format("%s-%v", var.site, var.count)',
  'replace("a.b.c", ".", "-")',
  'trimprefix(trimsuffix(" ab ", " "), " ")',
  'trimspace(" a ")',
  'upper(var.site)',
  '"$${x}%%{y}\\u00e9"',
  'replace(replace(var.text, " ", "_"), "\\n", "N")',
  'replace(<<EOT\n$${a} \\n ${var.site}\nEOT\n  , "\\n", "N")',
  '-1',
  '(("a"))',
];

/** What only Nomad may tell. */
const unknown = [
  'upper("straße")',
  'format("%03d", 7)',
  '"${1 + 1}"',
  '"%{ if var.on }a%{ endif }"',
  '"${NOMAD_DC}"',
  'node.name',
  'join("-", var.words[*])',
  '[for w in var.words : w][0]',
  'try(var.missing, "x")',
];

const withId = (id: string, meta = '') =>
  `${declarations}\njob "label" {\n  id   = ${id}\n  type = "batch"\n${meta}}\n`;

contract('what a job is called', (c) => {
  let parser: JobspecParser;
  const idOf = (hcl: string) => resolveJob(readJobspec(parser, hcl), new Map())?.id;

  before(async () => {
    parser = await JobspecParser.load(wasm);
  });

  after(() => {
    parser.dispose();
  });

  it('is known before a plan where it is what Nomad makes of the text', async () => {
    const meta = known.map((expression, index) => `    e${String(index)} = ${expression}\n`).join('');
    const { value } = await c.client.jobs.parse({ hcl: withId('"x"', `  meta {\n${meta}  }\n`) });
    for (const [index, expression] of known.entries()) {
      assert.deepEqual(idOf(withId(expression)), { known: value.Meta?.[`e${String(index)}`] }, expression);
    }
  });

  it('is the label where the id is null, and what the id says where it is empty', async () => {
    for (const id of ['null', '"${var.owner}"', '""', '"site-${var.site}"']) {
      const hcl = withId(id);
      const { value } = await c.client.jobs.parse({ hcl });
      assert.deepEqual(idOf(hcl), { known: value.ID }, id);
    }
  });

  it('is unknown where the text alone does not tell', () => {
    for (const expression of unknown) {
      const told = idOf(withId(expression));
      assert.ok(told !== undefined && 'unknown' in told, `${expression}: ${JSON.stringify(told)}`);
    }
  });
});
