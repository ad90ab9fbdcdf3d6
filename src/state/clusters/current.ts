import { Emitter } from '../../base/events.ts';
import type { Event } from '../../base/events.ts';
import { CancelledError } from '../../base/cancel.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { NomadError } from '../../nomad/http/errors.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { Cluster } from './cluster.ts';
import { OpenClusters } from './openClusters.ts';

/** The one cluster that is looked at, opened when somebody first asks for it. */
export class CurrentCluster implements Disposable {
  readonly #open: () => Promise<Cluster>;
  readonly #settings: () => string;
  readonly #clusters: OpenClusters;
  readonly #changed = new Emitter<Cluster | undefined>();
  #cluster: Cluster | undefined;
  #opening: Promise<Cluster> | undefined;
  #lastError: NomadError | undefined;
  /** What decided the connection when it was last opened. */
  #openedWith: string | undefined;
  /** Counts connections, to recognise one that opened too late. */
  #generation = 0;
  #ended = false;

  /** Fires with the cluster when it was opened, and with nothing when it was left or could not be opened. */
  readonly onDidChange: Event<Cluster | undefined> = this.#changed.event;

  /**
   * @param open makes a cluster of the settings of the moment; it is started here
   * @param settings the settings that decide the connection, as a text to compare
   * @param clusters where it is found by its id while it is open
   */
  constructor(open: () => Promise<Cluster>, settings: () => string = () => '', clusters = new OpenClusters()) {
    this.#open = open;
    this.#clusters = clusters;
    this.#settings = settings;
  }

  /** Why the last opening failed; nothing after a success. A cluster that doesn't answer is told by its own state. */
  get lastError(): NomadError | undefined {
    return this.#lastError;
  }

  get(): Cluster | undefined {
    return this.#cluster;
  }

  /**
   * The cluster, opened and started if it isn't yet; callers at the same time share one opening. It need not have
   * answered: see {@link Cluster.ready}.
   *
   * @throws what `open` throws, and CancelledError when the connection was given up meanwhile
   */
  connect(): Promise<Cluster> {
    if (this.#cluster !== undefined) {
      this.#cluster.touch();
      return Promise.resolve(this.#cluster);
    }
    if (this.#ended) return Promise.reject(new CancelledError());
    this.#opening ??= this.#openNow();
    return this.#opening;
  }

  /** Leaves the cluster and opens it anew, as after a change of settings or token. */
  reconnect(): Promise<Cluster> {
    this.disconnect();
    return this.connect();
  }

  /** The same, but only if the settings differ from those of the present connection, or of the one being opened. */
  reconnectIfChanged(): Promise<Cluster> {
    return this.#settings() === this.#openedWith ? this.connect() : this.reconnect();
  }

  /** Leaves the cluster, or gives up opening it. */
  disconnect(): void {
    this.#generation += 1;
    this.#opening = undefined;
    const cluster = this.#cluster;
    this.#cluster = undefined;
    if (cluster === undefined) return;
    cluster.dispose();
    this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#ended = true;
    this.disconnect();
    this.#changed.dispose();
  }

  async #openNow(): Promise<Cluster> {
    const generation = this.#generation;
    this.#openedWith = this.#settings();
    try {
      const cluster = await this.#open();
      if (generation !== this.#generation) {
        cluster.dispose();
        throw new CancelledError();
      }
      this.#cluster = cluster;
      this.#lastError = undefined;
      this.#clusters.add(cluster);
      cluster.start();
      this.#changed.fire(cluster);
      return cluster;
    } catch (error) {
      if (generation === this.#generation) {
        this.#lastError = isNomadError(error) ? error : undefined;
        this.#changed.fire(undefined);
      }
      throw error;
    } finally {
      if (generation === this.#generation) this.#opening = undefined;
    }
  }
}
