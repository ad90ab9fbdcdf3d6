import type { Job, TaskGroup } from '../../nomad/types/job.ts';
import type { NodeStub } from '../../nomad/types/node.ts';
import type { PlanResponse } from '../../nomad/types/plan.ts';

/** What a list of nodes tells of one that constraints can ask for. */
export type NodeFacts = Pick<NodeStub, 'ID' | 'Name' | 'Datacenter' | 'NodeClass' | 'NodePool'>;

/** Whether a node meets a constraint; unknown for what a list of nodes doesn't tell. */
type Meets = 'yes' | 'no' | 'unknown';

interface Constraint {
  readonly left: string;
  readonly operand: string;
  readonly right: string;
}

/**
 * Whether a node on which a group runs meets the constraints that a change brings. Those that stay it met before.
 */
export function meetsNewConstraints({ Diff }: PlanResponse, groupName: string, node: NodeFacts): Meets {
  const group = Diff?.TaskGroups?.find(({ Name }) => Name === groupName);
  const tasks = group?.Tasks ?? [];
  const objects = [Diff, group, ...tasks].flatMap((part) => part?.Objects ?? []);
  const changed = objects.filter(({ Name, Type }) => Name === 'Constraint' && (Type === 'Added' || Type === 'Edited'));
  return meetsAll(
    changed.map(({ Fields }) => {
      const of = (name: string) => (Fields ?? []).find(({ Name }) => Name === name)?.New ?? '';
      return { left: of('LTarget'), operand: of('Operand'), right: of('RTarget') };
    }),
    node,
  );
}

/** Whether a node meets all constraints that a group was written with. */
export function meetsWritten(job: Job, group: TaskGroup | undefined, node: NodeFacts): Meets {
  const lists = [job.Constraints, group?.Constraints, ...(group?.Tasks ?? []).map(({ Constraints }) => Constraints)];
  return meetsAll(lists.flatMap(constraintsOf), node);
}

function constraintsOf(list: unknown): Constraint[] {
  if (!Array.isArray(list)) return [];
  return list.map((one: Readonly<Record<string, unknown>> | null) => {
    const of = (name: string) => (typeof one?.[name] === 'string' ? one[name] : '');
    return { left: of('LTarget'), operand: of('Operand'), right: of('RTarget') };
  });
}

function meetsAll(constraints: readonly Constraint[], node: NodeFacts): Meets {
  const each = constraints.map((constraint) => meets(constraint, node));
  return each.includes('no') ? 'no' : each.includes('unknown') ? 'unknown' : 'yes';
}

function meets({ left, operand, right }: Constraint, node: NodeFacts): Meets {
  const [a, b] = [resolved(left, node), resolved(right, node)];
  if (a === undefined || b === undefined) return 'unknown';
  if (['=', '==', 'is', ''].includes(operand)) return a === b ? 'yes' : 'no';
  return ['!=', 'not'].includes(operand) ? (a === b ? 'no' : 'yes') : 'unknown';
}

function resolved(target: string, node: NodeFacts): string | undefined {
  switch (target) {
    case '${node.class}':
      return node.NodeClass ?? '';
    case '${node.datacenter}':
      return node.Datacenter;
    case '${node.pool}':
      return node.NodePool;
    case '${node.unique.id}':
      return node.ID;
    case '${node.unique.name}':
      return node.Name;
    default:
      return target.includes('${') ? undefined : target;
  }
}
