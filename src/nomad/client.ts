import type { Disposable } from '../base/lifetime.ts';
import { AgentApi } from './resources/agent.ts';
import { AllocationsApi } from './resources/allocations.ts';
import type { Connection } from './http/connection.ts';
import { DeploymentsApi } from './resources/deployments.ts';
import { EvaluationsApi } from './resources/evaluations.ts';
import { EventsApi } from './resources/events.ts';
import { FilesApi } from './resources/files.ts';
import { JobsApi } from './resources/jobs.ts';
import { FullNodesApi } from './resources/fullNodes.ts';
import { OperatorApi } from './resources/operator.ts';
import { Transport } from './http/transport.ts';
import type { TransportOptions } from './http/transport.ts';

/**
 * Nomad's HTTP and WebSocket API, one property for each resource. Every method throws `NomadError`, or the abort reason
 * of the signal it was given. Nothing is sent before the first call.
 */
export class NomadClient implements Disposable {
  readonly connection: Connection;
  /** The address without credentials, fit to be shown. */
  readonly displayAddress: string;
  readonly jobs: JobsApi;
  readonly deployments: DeploymentsApi;
  readonly allocations: AllocationsApi;
  readonly files: FilesApi;
  readonly evaluations: EvaluationsApi;
  readonly nodes: FullNodesApi;
  readonly operator: OperatorApi;
  readonly agent: AgentApi;
  readonly events: EventsApi;
  protected readonly transport: Transport;

  /** @throws {NomadError} of kind `address` */
  constructor(connection: Connection, options: TransportOptions = {}) {
    this.connection = connection;
    const transport = new Transport(connection, options);
    this.transport = transport;
    this.displayAddress = transport.address.displayAddress;
    this.jobs = new JobsApi(transport);
    this.deployments = new DeploymentsApi(transport);
    this.allocations = new AllocationsApi(transport);
    this.files = new FilesApi(transport);
    this.evaluations = new EvaluationsApi(transport);
    this.nodes = new FullNodesApi(transport);
    this.operator = new OperatorApi(transport);
    this.agent = new AgentApi(transport);
    this.events = new EventsApi(transport);
  }

  /**
   * Closes the sockets that wait for a further read: after a sleep, or a change of the network, they may be dead without
   * knowing it. Requests on their way go on.
   */
  dropIdleSockets(): void {
    this.transport.dropIdleSockets();
  }

  /** Ends every request and stream with an error of kind `closed`. Exec sessions end on their own. */
  dispose(): void {
    this.transport.dispose();
  }
}
