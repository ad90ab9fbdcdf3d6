import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** The names of an object's fields: those that every recorded one has, and those that are left out where they are empty. */
export interface RecordedFields {
  readonly always: readonly string[];
  readonly optional: readonly string[];
}

export interface TypeMember {
  readonly name: string;
  readonly optional: boolean;
}

/** What real agents of a version sent, by the name of the type. */
export function readRecorded(age: '2.0' | '1.6'): Readonly<Record<string, RecordedFields>> {
  const file = new URL(`../../recorded/fields/${age}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, RecordedFields>;
}

/** The interfaces of a file of wire types, with their own members. */
export function readTypes(file: string): { name: string; base: string; members: TypeMember[] }[] {
  const path = new URL(`../../../src/nomad/types/${file}.ts`, import.meta.url);
  const source = readFileSync(path, 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '');
  const interfaces = /^export interface (\w+)(?: extends (?:Partial<)?(\w+)>?)? \{\n([\s\S]*?)^\}/gm;
  return [...source.matchAll(interfaces)].map(([, name = '', base = '', body = '']) => ({
    name,
    base,
    members: [...body.matchAll(/^ {2}(\w+)(\??):/gm)].map(([, member = '', mark]) => ({
      name: member,
      optional: mark === '?',
    })),
  }));
}

/** Asserts that each object has the fields that recorded ones have; `exactly`, that it has no others. */
export function checkFields(
  name: string,
  objects: readonly unknown[],
  recorded: RecordedFields | undefined,
  exactly: boolean,
): void {
  assert.ok(recorded, `no recording has a ${name}`);
  assert.ok(objects.length > 0, `there is no ${name} to look at`);
  for (const object of objects) {
    assert.ok(typeof object === 'object' && object !== null, `${name} is ${String(object)}`);
    const fields: readonly string[] = Object.keys(object);
    const missing: readonly string[] = recorded.always.filter((field) => !fields.includes(field));
    const more: readonly string[] = fields.filter(
      (field) => !recorded.always.includes(field) && !recorded.optional.includes(field),
    );
    const empty: readonly string[] = recorded.optional.filter((field) =>
      isEmpty((object as Record<string, unknown>)[field]),
    );
    assert.deepEqual([name, missing, exactly ? more : [], empty], [name, [], [], []]);
  }
}

/** Whether Nomad leaves a field of this value out where it leaves fields out at all. */
function isEmpty(value: unknown): boolean {
  if (value === undefined) return false;
  return (
    value === null || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0)
  );
}
