import type { FullNomadClient } from '../../src/nomad/fullClient.ts';
import type { EventsApi } from '../../src/nomad/resources/events.ts';
import type { Resource } from '../../src/nomad/resources/resource.ts';

type Part = {
  [Name in keyof FullNomadClient]: FullNomadClient[Name] extends Resource | EventsApi ? Name : never;
}[keyof FullNomadClient];

/** An operation of the client, as `jobs.list`. */
export type Operation =
  | { [Name in Part]: `${Name}.${string & keyof FullNomadClient[Name]}` }[Part]
  | 'client.readExact';

/** All operations of the client, by name. */
export function operationsOf(client: FullNomadClient): Operation[] {
  const parts = Object.entries(client).filter(([, part]) => isApi(part));
  const names = parts.flatMap(([name, part]) => methodsOf(part as object).map((method) => `${name}.${method}`));
  const own = methodsOf(client).filter((name) => !['dispose', 'dropIdleSockets'].includes(name));
  return [...names, ...own.map((name) => `client.${name}`)].sort() as Operation[];
}

function isApi(part: unknown): boolean {
  return part instanceof Object && part.constructor.name.endsWith('Api');
}

/** The public methods of an object's classes; `get`, `getList` and `send` are those of their common base. */
function methodsOf(object: object): string[] {
  const names = new Set<string>();
  let prototype = Object.getPrototypeOf(object) as object | null;
  while (prototype !== null && prototype !== Object.prototype) {
    if (prototype.constructor.name === 'Resource') break;
    for (const name of Object.getOwnPropertyNames(prototype)) if (name !== 'constructor') names.add(name);
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return [...names];
}
