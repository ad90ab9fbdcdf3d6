import type { Exchange } from './exchange.ts';

/** What the one server of the cluster is called, and where it says that it listens. */
export const agentId = '00000000-0000-4000-8000-000000000001';
export const serverName = 'server-1.global';
export const rpcAddress = '127.0.0.1:4647';

/** The server as gossip knows it. */
export function member(exchange: Exchange): Record<string, unknown> {
  return {
    Name: serverName,
    Addr: '127.0.0.1',
    Port: 4648,
    Status: 'alive',
    Tags: {
      role: 'nomad',
      region: 'global',
      dc: 'dc1',
      build: exchange.cluster.version,
      revision: '',
      vsn: '1',
      id: agentId,
      port: '4647',
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
