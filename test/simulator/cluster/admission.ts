import type { Job } from '../../../src/nomad/types/job.ts';
import { listOf, recordOf, textOf, textOr } from '../scheduler/resources.ts';
import { namespaceOf } from '../state/records.ts';
import type { Store } from '../state/store.ts';
import { Refusal } from './refusal.ts';

/** What is wrong with where a job wants to be: its namespace, what that allows, and its node pool. */
export function placeErrors(store: Store, job: Job): string[] {
  const pool = textOr(job.NodePool, 'default');
  const missing = store.nodePools.has(pool) ? [] : [`job "${job.ID}" is in nonexistent node pool "${pool}"`];
  return [...namespaceErrors(store, job), ...missing];
}

function namespaceErrors(store: Store, job: Job): string[] {
  const namespace = store.namespaces.get(namespaceOf(job));
  if (namespace === undefined) return [`job "${job.ID}" is in nonexistent namespace "${namespaceOf(job)}"`];
  const allowed = recordOf(namespace.Capabilities);
  const groups = job.TaskGroups ?? [];
  const drivers = groups.flatMap((group) => (group.Tasks ?? []).map((task) => task.Driver));
  const refused = drivers.filter((driver) => !isAllowed(driver, allowed, 'TaskDrivers'));
  if (refused.length > 0) return [notAllowed('used task driver', refused, namespace.Name)];
  const modes = groups.flatMap((group) => listOf(group.Networks).map((item) => textOr(textOf(item['Mode']), 'host')));
  const closed = modes.filter((mode) => !isAllowed(mode, allowed, 'NetworkModes'));
  return closed.length > 0 ? [notAllowed('used group network mode', closed, namespace.Name)] : [];
}

function isAllowed(name: string, capabilities: Record<string, unknown>, what: string): boolean {
  const names = (list: string) => {
    const value = capabilities[list];
    return Array.isArray(value) ? value.map(String) : [];
  };
  const enabled = names(`Enabled${what}`);
  return (enabled.length === 0 || enabled.includes(name)) && !names(`Disabled${what}`).includes(name);
}

function notAllowed(what: string, names: readonly string[], namespace: string): string {
  const quoted = names.map((name) => `"${name}"`);
  return names.length === 1
    ? `${what} ${String(quoted[0])} is not allowed in namespace "${namespace}"`
    : `${what}s [${quoted.join(' ')}] are not allowed in namespace "${namespace}"`;
}

/**
 * Refuses new jobs while the scheduler's configuration says so.
 *
 * @param isManager whether a management token asks; without ACL everybody has one, except on older agents
 * @throws Refusal 403
 */
export function checkRegistrations(store: Store, isManager: boolean): void {
  if (!store.schedulerConfiguration.RejectJobRegistration || isManager) return;
  throw new Refusal(403, 'Job registration, dispatch, and scale are disabled by the scheduler configuration');
}
