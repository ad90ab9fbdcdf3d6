import { evaluate } from './evaluate.ts';
import type { Scope } from './evaluate.ts';
import type { IdentityName, Jobspec, JobspecJob } from '../jobspec.ts';
import type { Literal } from './literals.ts';
import { asText } from './texts.ts';
import { isKnown, then } from './told.ts';
import type { Told } from './told.ts';
import { fit, hasSet, typeOf } from './variableType.ts';

/** What a job is called and where it goes, as far as the text and the values of its variables tell. */
export interface ResolvedJob {
  /** The `id` attribute, else the label. */
  readonly id: Told<string>;
  /** The `name` attribute, else the label. */
  readonly name: Told<string>;
  /** Undefined where the jobspec says none, so that Nomad takes that of the request. */
  readonly namespace: Told<string | undefined>;
  readonly region: Told<string | undefined>;
  readonly type: Told<string | undefined>;
}

/**
 * The job of a jobspec with these values of its variables; variables without a value have their defaults. What can't be
 * told for sure is unknown, with a reason that ends the sentence "its id is not known: …".
 *
 * @returns undefined when there is no job
 */
export function resolveJob(jobspec: Jobspec, values: ReadonlyMap<string, Told<Literal>>): ResolvedJob | undefined {
  const [job, second] = jobspec.jobs;
  if (job === undefined) return undefined;
  const scope = second === undefined ? scopeOf(jobspec, values) : undefined;
  const told = (name: IdentityName) => attributeOf(job, name, scope);
  const orLabel = (name: 'id' | 'name'): Told<string> => then(told(name), (value) => ({ known: value ?? job.name }));
  return {
    id: orLabel('id'),
    name: orLabel('name'),
    namespace: told('namespace'),
    region: told('region'),
    type: told('type'),
  };
}

/** Undefined is what is not said, and what is null. */
function attributeOf(job: JobspecJob, name: IdentityName, scope: Scope | undefined): Told<string | undefined> {
  if (scope === undefined) return { unknown: 'the file has more than one job' };
  const expression = job.identity.get(name);
  if (expression === undefined) return { known: undefined };
  return then(evaluate(expression, scope), (value): Told<string | undefined> => {
    if (value.kind === 'null') return { known: undefined };
    // Nomad composes the characters of all texts.
    return then(asText(value), (text) => ({ known: text.normalize('NFC') }));
  });
}

function scopeOf(jobspec: Jobspec, values: ReadonlyMap<string, Told<Literal>>): Scope {
  const locals = new Map<string, Told<Literal>>();
  const scope: Scope = {
    variable: (name) => variableValue(jobspec, values, name),
    local: (name) => {
      const known = locals.get(name);
      if (known !== undefined) return known;
      const expression = jobspec.locals.get(name);
      if (expression === undefined) return { unknown: `local.${name} is not declared` };
      // While it is worked out, whoever asks for it goes round in a circle.
      locals.set(name, { unknown: `local.${name} refers to itself` });
      const value = evaluate(expression, scope);
      locals.set(name, value);
      return value;
    },
  };
  return scope;
}

function variableValue(jobspec: Jobspec, values: ReadonlyMap<string, Told<Literal>>, name: string): Told<Literal> {
  const [variable, twice] = jobspec.variables.filter((one) => one.name === name);
  if (variable === undefined) return { unknown: `var.${name} is not declared` };
  if (twice !== undefined) return { unknown: `var.${name} is declared twice` };
  const value = values.get(name) ?? variable.initial;
  if (value === undefined) return { unknown: `var.${name} has no value yet` };
  if (!isKnown(value)) return { unknown: `the value of var.${name} can't be told: ${value.unknown}` };
  const type = typeOf(variable);
  // Nomad sorts the values of a set by an order of its own.
  if (hasSet(type)) return { unknown: `var.${name} is a set` };
  const fitted = fit(value.known, type);
  return 'value' in fitted ? { known: fitted.value } : { unknown: `the value of var.${name} is of another type` };
}
