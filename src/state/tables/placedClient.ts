import type { NomadClient } from '../../nomad/client.ts';
import type { Place } from './place.ts';

/** The resources whose requests are about something that is in a namespace. The others are about the agent and nodes. */
type PlacedResource = 'jobs' | 'deployments' | 'allocations' | 'files' | 'evaluations' | 'events';

/**
 * The client as everything outside its library sees it: every request about a job, a deployment, an allocation, an
 * evaluation or a jobspec has to say where that is, so that none needs rights in another namespace or goes to another
 * region. The options, which are the last argument, need `namespace` and `region`; a {@link Place} has both. Lists may
 * have `*` for the namespace. It is the same object: only the types differ.
 */
export type PlacedClient = Omit<NomadClient, PlacedResource> & {
  readonly [Resource in PlacedResource]: PlacedApi<NomadClient[Resource]>;
};

type PlacedApi<Api> = { readonly [Name in keyof Api]: PlacedMethod<Api[Name]> };

type PlacedMethod<Method> = Method extends (...args: infer Args) => infer Result
  ? Required<Args> extends [...infer Before, infer Options]
    ? 'namespace' extends keyof Options
      ? (...args: [...Before, options: Omit<Options, keyof Place> & Place]) => Result
      : Method
    : Method
  : Method;
