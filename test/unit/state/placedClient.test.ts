import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PlacedClient } from '../../../src/state/tables/placedClient.ts';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import { NomadClient } from '../../../src/nomad/client.ts';
import { operationsOf } from '../../support/operations.ts';

/** The methods of a resource that would take a request without a place; none may be left. */
type Unplaced<Api> = {
  [Name in keyof Api]: Api[Name] extends (...args: infer Args) => unknown
    ? Required<Args> extends [...unknown[], infer Options]
      ? { namespace: string; region: string | undefined } extends Pick<
          Options,
          keyof Options & ('namespace' | 'region')
        >
        ? undefined extends Args[number]
          ? Name
          : never
        : Name
      : Name
    : never;
}[keyof Api];

/** True, or the names of the methods that are left out. */
type Complete<Api> = [Unplaced<Api>] extends [never] ? true : Unplaced<Api>;

const placed = ['jobs', 'deployments', 'allocations', 'files', 'evaluations', 'events'] as const;
type PlacedName = (typeof placed)[number];

const address = 'http://127.0.0.1:4646';
const signal = AbortSignal.timeout(1);

describe('the client that the commands see', () => {
  it('is the same object', () => {
    const client = new NomadClient({ address });
    const seen: PlacedClient = client;
    assert.equal(seen, client);
    client.dispose();
  });

  it('takes no request about an object without namespace and region', () => {
    const refused = (client: PlacedClient) => [
      // @ts-expect-error neither is named
      () => client.jobs.read('web', { signal }),
      // @ts-expect-error the region is missing
      () => client.jobs.read('web', { namespace: 'team-a' }),
      // @ts-expect-error the namespace is missing
      () => client.deployments.read('d', { region: 'east' }),
      // @ts-expect-error no options at all
      () => client.deployments.promoteAll('d'),
      // @ts-expect-error parsing is for a namespace too
      () => client.jobs.parse({ hcl: '' }, {}),
      // @ts-expect-error a session is in a place too
      () => client.allocations.exec('a', { task: 't', command: ['sh'], tty: true }),
      // @ts-expect-error logs are of a place too
      () => client.allocations.logs('a', { task: 't', type: 'stdout' }),
      // @ts-expect-error a path is no place
      () => client.files.ls('a', '/'),
      // @ts-expect-error lists are of a place
      () => client.evaluations.list(),
      // @ts-expect-error events are of a place
      () => client.events.stream({ topics: ['Job'] }),
    ];
    const taken = (client: PlacedClient) => {
      const place = { namespace: 'team-a', region: undefined };
      return [
        () => client.jobs.read('web', { ...place, signal }),
        () => client.deployments.promoteAll('d', place),
        () => client.agent.self(),
        () => client.nodes.list({ signal }),
      ];
    };
    // Both lists are here for the compiler; nothing of them is sent.
    assert.equal(typeof refused, typeof taken);
  });

  it('leaves no method out', () => {
    const complete: { [Name in PlacedName]: Complete<PlacedClient[Name]> } = {
      ...{ jobs: true, deployments: true, allocations: true },
      ...{ files: true, evaluations: true, events: true },
    };
    assert.deepEqual(Object.keys(complete).sort(), [...placed].sort());
  });

  it('knows every resource of the client', () => {
    const client = new FullNomadClient({ address });
    const resources = operationsOf(client).map((operation) => operation.split('.')[0] ?? '');
    client.dispose();
    const ofNoNamespace = ['agent', 'nodes', 'client'];
    // Those that only the full client has are not seen by commands yet.
    const unseen = ['acl', 'namespaces', 'nodePools', 'operator', 'scaling', 'search', 'services', 'variables'];
    assert.deepEqual([...new Set(resources)].sort(), [...ofNoNamespace, ...unseen, ...placed].sort());
  });
});
