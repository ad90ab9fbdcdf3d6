import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { read } from './parser.ts';

/** What is used of a grammar: rules in rules, by name or in place. */
interface Rule {
  readonly include?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly name?: string;
  readonly patterns?: readonly Rule[];
  readonly beginCaptures?: Readonly<Record<string, Rule>>;
  readonly repository?: Readonly<Record<string, Rule>>;
}

interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
  readonly description: string;
}

function media(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../media/${name}`, import.meta.url), 'utf8'));
}

function* rulesOf(rule: Rule): Generator<Rule> {
  yield rule;
  for (const inner of [
    ...(rule.patterns ?? []),
    ...Object.values(rule.beginCaptures ?? {}),
    ...Object.values(rule.repository ?? {}),
  ]) {
    yield* rulesOf(inner);
  }
}

describe('the jobspec language', () => {
  const grammar = media('nomad.tmLanguage.json') as Rule;

  it('has a grammar whose rules all exist and are used, with expressions that compile', () => {
    const rules = [...rulesOf(grammar)];
    const included = new Set(rules.flatMap((rule) => rule.include?.slice(1) ?? []));
    assert.deepEqual([...included].sort(), Object.keys(grammar.repository ?? {}).sort());
    for (const rule of rules.slice(1)) {
      for (const expression of [rule.match, rule.begin]) {
        if (expression !== undefined) assert.doesNotThrow(() => new RegExp(expression, 'u'));
      }
      if (rule.name !== undefined) assert.match(rule.name, /\.nomad-job$/);
    }
  });

  it('knows the blocks of a jobspec from names of a user', () => {
    const known = new RegExp(grammar.repository?.['known-block']?.begin ?? '(?!)', 'u');
    const frame = new RegExp(grammar.repository?.['frame-block']?.begin ?? '(?!)', 'u');
    for (const header of ['network {', 'port "http" {', 'check_restart {', 'sidecar_service {}', 'ephemeral_disk {']) {
      assert.match(header, known);
    }
    for (const header of ['job "web" {', 'job web {', 'group "a b" {', 'variable "x" {', 'locals{']) {
      assert.match(header, frame);
    }
    for (const header of ['networks {', 'network = {', 'my_network {', 'x.network {', 'jobs "a" {']) {
      assert(!known.test(header) && !frame.test(header), header);
    }
  });

  it('has snippets that are valid jobspecs', async () => {
    const snippets = Object.values(media('snippets.json') as Record<string, Snippet>);
    for (const prefix of ['job', 'group', 'task', 'service', 'canary', 'template', 'variable']) {
      assert(
        snippets.some((snippet) => snippet.prefix === prefix),
        prefix,
      );
    }
    for (const { prefix, body } of snippets) {
      const text = body
        .join('\n')
        .replace(/\$\{\d+\|([^,|]+)[^|]*\|\}/g, '$1')
        .replace(/\$\{\d+(?::([^}]*))?\}/g, (_, initial?: string) => initial ?? '')
        .replace(/\$\d+/g, '');
      const jobspec = await read(`${text}\n`);
      assert.deepEqual(jobspec.problems, [], `${prefix}:\n${text}`);
      assert(!/\$\{|\$\d/.test(text), text);
    }
  });

  it('indents after an open bracket and not after one in a comment', () => {
    const configuration = media('language-configuration.json') as {
      indentationRules: { increaseIndentPattern: string; decreaseIndentPattern: string };
    };
    const increase = new RegExp(configuration.indentationRules.increaseIndentPattern);
    const decrease = new RegExp(configuration.indentationRules.decreaseIndentPattern);
    for (const line of ['job "a" {', '  args = [', 'x = f(', 'a { # why']) assert.match(line, increase);
    for (const line of ['# a {', '  // b [', 'a = 1', 'x = ["a"]', 'env {}']) assert.doesNotMatch(line, increase);
    for (const line of ['}', '  ]', ')']) assert.match(line, decrease);
  });
});
