import type { Follower } from './follower.ts';
import type { FaultRule, Faults } from './faults.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import type { Route } from './route.ts';

/** `/_simulator/…`: what a test in another process uses in place of the objects. No part of Nomad's API. */
export function controlRoutes(faults: Faults, follower: Follower): readonly Route[] {
  return [
    {
      path: /^\/_simulator\/faults$/,
      methods: ['POST', 'DELETE'],
      handle: (exchange) => changeFaults(exchange, faults),
    },
    {
      path: /^\/_simulator\/drop-event-streams$/,
      methods: ['POST'],
      handle: () =>
        done(() => {
          faults.dropEventStreams();
        }),
    },
    {
      path: /^\/_simulator\/drop-event-buffer$/,
      methods: ['POST'],
      handle: () =>
        done(() => {
          faults.dropEventBuffer();
        }),
    },
    {
      path: /^\/_simulator\/leader-(lost|back)$/,
      methods: ['POST'],
      handle: (_, [word]) =>
        done(() => {
          if (word === 'lost') follower.lose();
          else follower.regain();
        }),
    },
    {
      path: /^\/_simulator\/node-(down|up)$/,
      methods: ['POST'],
      handle: (exchange, [word]) => changeNode(exchange, word),
    },
  ];
}

function done(act: () => void): Answer {
  act();
  return { body: {} };
}

async function changeFaults(exchange: Exchange, faults: Faults): Promise<Answer> {
  if (exchange.method === 'DELETE') {
    faults.clear();
    return { body: {} };
  }
  const rule: FaultRule = await exchange.body();
  faults.set(rule);
  return { body: {} };
}

/** Body: `{"node": "<id or name>"}`; without it, the first node. */
async function changeNode(exchange: Exchange, word: string | undefined): Promise<Answer> {
  const wanted = field(await exchange.optionalBody(), 'node');
  const nodes = [...exchange.store.nodes.values()];
  const node = wanted === undefined ? nodes[0] : nodes.find(({ ID, Name }) => ID === wanted || Name === wanted);
  if (node === undefined) return { status: 404, text: 'node not found' };
  const { nodes: verbs } = exchange.cluster;
  return { body: word === 'down' ? verbs.fail(node.ID) : verbs.recover(node.ID) };
}
