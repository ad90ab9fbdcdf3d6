import { Lifetime, type Disposable } from '../../../src/base/lifetime.ts';
import { listOf, numberOf, recordOf, textOf, textOr } from '../scheduler/resources.ts';
import { type AllocationRecord, isClientTerminal } from '../state/records.ts';
import type { ServiceRecord } from '../state/registry.ts';
import type { Applied, Store } from '../state/store.ts';
import { Refusal } from './refusal.ts';

type Found = Omit<ServiceRecord, 'CreateIndex' | 'ModifyIndex'>;

/**
 * The services of provider `nomad`: an instance comes when its allocation runs, and goes when the allocation ends. A
 * health check has no effect on that, as in Nomad.
 */
export class ServiceRegistry implements Disposable {
  readonly #store: Store;
  readonly #lifetime = new Lifetime();
  readonly #byAllocation = new Map<string, readonly string[]>();

  constructor(store: Store) {
    this.#store = store;
    this.#lifetime.own(
      store.onApplied((applied) => {
        this.#onApplied(applied);
      }),
    );
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  ofAllocation(id: string): ServiceRecord[] {
    const ids = this.#byAllocation.get(id) ?? [];
    return ids.flatMap((service) => this.#store.services.get(service) ?? []);
  }

  ofJob(namespace: string, id: string): ServiceRecord[] {
    return [...this.#store.services.values()]
      .filter((item) => item.JobID === id && item.Namespace === namespace)
      .sort(byId);
  }

  named(namespace: string, name: string): ServiceRecord[] {
    return [...this.#store.services.values()]
      .filter((item) => item.ServiceName === name && item.Namespace === namespace)
      .sort(byId);
  }

  /** Takes an instance off the list; its task goes on. @throws Refusal 500 */
  remove(namespace: string, id: string): number {
    const record = this.#store.services.get(id);
    if (record?.Namespace !== namespace) throw new Refusal(500, 'service registration not found');
    return this.#delete([record]);
  }

  #onApplied(applied: Applied): void {
    for (const { ID } of applied.allocations) {
      const allocation = this.#store.allocations.get(ID);
      if (allocation === undefined || isClientTerminal(allocation)) this.#deregister(ID);
      else if (allocation.ClientStatus === 'running' && !allocation.hollow) this.#register(allocation);
    }
    if (!applied.type.endsWith('Deregistered') && applied.type !== 'AllocationDeleted') return;
    for (const id of this.#byAllocation.keys()) if (!this.#store.allocations.has(id)) this.#deregister(id);
  }

  #register(allocation: AllocationRecord): void {
    const known = new Set(this.#byAllocation.get(allocation.ID) ?? []);
    const found = instancesOf(this.#store, allocation);
    const isNew = (item: Found) => !known.has(item.ID) || changedTags(this.#store.services.get(item.ID), item);
    const wanted = found.filter(isNew);
    if (wanted.length === 0) return;
    this.#byAllocation.set(
      allocation.ID,
      found.map(({ ID }) => ID),
    );
    this.#store.apply('ServiceRegistration', (tx) => {
      for (const item of wanted) {
        const CreateIndex = this.#store.services.get(item.ID)?.CreateIndex ?? tx.index;
        const stored = { ...item, CreateIndex, ModifyIndex: tx.index };
        this.#store.services.set(item.ID, stored);
        tx.addEvent('Service', item.ID, item.Namespace, { Service: stored }, [item.JobID, item.ServiceName]);
      }
      tx.touch('services');
    });
  }

  #deregister(allocationId: string): void {
    const records = this.ofAllocation(allocationId);
    this.#byAllocation.delete(allocationId);
    if (records.length > 0) this.#delete(records);
  }

  #delete(records: readonly ServiceRecord[]): number {
    return this.#store.apply('ServiceDeregistration', (tx) => {
      for (const record of records) {
        this.#store.services.delete(record.ID);
        const keys = [record.JobID, record.ServiceName];
        tx.addEvent('Service', record.ID, record.Namespace, { Service: record }, keys);
      }
      tx.touch('services');
    });
  }
}

function byId(a: ServiceRecord, b: ServiceRecord): number {
  return a.ID < b.ID ? -1 : 1;
}

function changedTags(known: ServiceRecord | undefined, found: Found): boolean {
  return known !== undefined && known.Tags.join('\0') !== found.Tags.join('\0');
}

/** A service block with where it stands. */
export interface PlacedService {
  readonly block: Record<string, unknown>;
  /** Empty for a service of the group. */
  readonly task: string;
  readonly name: string;
}

/** The services of provider `nomad` in an allocation's group and its tasks, with their names filled in. */
export function servicesOf(allocation: AllocationRecord): PlacedService[] {
  const group = allocation.Job.TaskGroups?.find(({ Name }) => Name === allocation.TaskGroup);
  if (group === undefined) return [];
  const placed = (blocks: unknown, task: string) =>
    listOf(blocks)
      .filter((block) => block['Provider'] === 'nomad')
      .map((block) => ({ block, task, name: filled(textOf(block['Name']), allocation, task) }));
  return [...placed(group.Services, ''), ...(group.Tasks ?? []).flatMap((task) => placed(task.Services, task.Name))];
}

function filled(text: string, allocation: AllocationRecord, task: string): string {
  const { JobID, TaskGroup, Job } = allocation;
  const values: Record<string, string> = {
    JOB: Job.Name,
    NOMAD_JOB_NAME: Job.Name,
    NOMAD_JOB_ID: JobID,
    TASKGROUP: TaskGroup,
    NOMAD_GROUP_NAME: TaskGroup,
    TASK: task,
    NOMAD_TASK_NAME: task,
    NOMAD_ALLOC_ID: allocation.ID,
    NOMAD_ALLOC_INDEX: /\[(\d+)\]$/.exec(allocation.Name)?.[1] ?? '0',
    BASE: task === '' ? `${Job.Name}-${TaskGroup}` : `${Job.Name}-${TaskGroup}-${task}`,
  };
  return text.replace(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function instancesOf(store: Store, allocation: AllocationRecord): Found[] {
  const node = store.nodes.get(allocation.NodeID);
  const ports = listOf(recordOf(recordOf(allocation.AllocatedResources)['Shared'])['Ports']);
  return servicesOf(allocation).map(({ block, task, name }) => {
    const label = textOf(block['PortLabel']);
    const port = ports.find((item) => item['Label'] === label);
    const owner = task === '' ? `group-${allocation.TaskGroup}` : task;
    const canaryTags = textsOf(block['CanaryTags']);
    const isCanary = allocation.DeploymentStatus?.Canary === true && canaryTags.length > 0;
    const tags = isCanary ? canaryTags : textsOf(block['Tags']);
    return {
      ID: `_nomad-task-${allocation.ID}-${owner}-${name}-${label}`,
      ServiceName: name,
      Namespace: allocation.Namespace,
      NodeID: allocation.NodeID,
      Datacenter: node?.Datacenter ?? 'dc1',
      JobID: allocation.JobID,
      AllocID: allocation.ID,
      Tags: tags.map((tag) => filled(tag, allocation, task)),
      Address: textOr(textOf(block['Address']), textOr(textOf(port?.['HostIP']), node?.Address ?? '')),
      Port: numberOf(port?.['Value']) || Number(/^\d+$/.exec(label)?.[0] ?? 0),
    };
  });
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
