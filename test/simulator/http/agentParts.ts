import type { HttpServer } from './server.ts';

/** A server as gossip knows it. */
export function member({ cluster, identity }: HttpServer): Record<string, unknown> {
  return {
    Name: identity.name,
    Addr: '127.0.0.1',
    Port: identity.serfPort,
    Status: 'alive',
    Tags: {
      role: 'nomad',
      region: identity.region,
      dc: 'dc1',
      build: cluster.version,
      revision: '',
      vsn: '1',
      id: identity.id,
      port: String(identity.rpcPort),
      bootstrap: '1',
      expect: '1',
      raft_vsn: '3',
      rpc_addr: '127.0.0.1',
    },
    ProtocolMin: 1,
    ProtocolMax: 5,
    ProtocolCur: 2,
    DelegateMin: 2,
    DelegateMax: 5,
    DelegateCur: 4,
  };
}
