import { isList, isMap, toBool, toNumber, toText, type Value, type ValueMap, ValueProblem } from '../values.ts';

export interface HclFunction {
  /** Throws `ArgumentProblem`, or any error whose message becomes the reason of the failed call. */
  run(args: readonly Value[]): Value;
  /** Looks at its arguments before they are evaluated, as `try` and `can` do. */
  readonly attempts?: boolean;
}

export type Functions = ReadonlyMap<string, HclFunction>;

/** A call that doesn't fit the function. */
export class ArgumentProblem extends Error {
  readonly summary: string;
  /** The argument at fault; null when it is missing. */
  readonly index: number | null;

  constructor(summary: string, message: string, index: number | null) {
    super(message);
    this.summary = summary;
    this.index = index;
  }
}

type Kind = 'text' | 'number' | 'bool' | 'list' | 'map' | 'any';

/**
 * A function with named, typed parameters, given as `'str:text sep:text lists:list...'`. The last one may be repeated
 * any number of times, `?` marks one that may be left out. Arguments are converted before `run` sees them.
 */
export function define(parameters: string, run: (...args: Value[]) => Value): HclFunction {
  const wanted = parameters.split(' ').filter(Boolean).map(parseParameter);
  return { run: (args) => run(...check(wanted, args)) };
}

interface Parameter {
  readonly name: string;
  readonly kind: Kind;
  readonly repeated: boolean;
}

function parseParameter(text: string): Parameter {
  const [name = '', kind = 'any'] = text.split(':');
  return { name, kind: kind.replace('...', '') as Kind, repeated: kind.endsWith('...') };
}

function check(wanted: readonly Parameter[], args: readonly Value[]): Value[] {
  const last = wanted.at(-1);
  const repeated = last?.repeated === true;
  const least = repeated ? wanted.length - 1 : wanted.length;
  const missing = args.length < least ? wanted[args.length] : undefined;
  if (missing) {
    const detail = `expects ${String(least)} argument(s). Missing value for ${JSON.stringify(missing.name)}.`;
    throw new ArgumentProblem('Not enough function arguments', detail, null);
  }
  if (!repeated && args.length > least) {
    const detail = `expects only ${String(least)} argument(s).`;
    throw new ArgumentProblem('Too many function arguments', detail, least);
  }
  return args.map((arg, index) => fit(wanted[index] ?? last, arg, index));
}

function fit(parameter: Parameter | undefined, value: Value, index: number): Value {
  if (!parameter || parameter.kind === 'any') return value;
  const problem = (why: string): ArgumentProblem =>
    new ArgumentProblem(
      'Invalid function argument',
      `Invalid value for ${JSON.stringify(parameter.name)} parameter: ${why}.`,
      index,
    );
  if (value === null) throw problem('argument must not be null');
  try {
    return convert(parameter.kind, value);
  } catch (error) {
    throw error instanceof ValueProblem ? problem(error.message) : error;
  }
}

function convert(kind: Kind, value: Value): Value {
  if (kind === 'text') return toText(value);
  if (kind === 'number') return toNumber(value);
  if (kind === 'bool') return toBool(value);
  if (kind === 'list' && !isList(value)) throw new ValueProblem('a list is required');
  if (kind === 'map' && !isMap(value)) throw new ValueProblem('a map is required');
  return value;
}

export const asText = (value: Value | undefined): string => value as string;
export const asNumber = (value: Value | undefined): number => value as number;
export const asList = (value: Value | undefined): readonly Value[] => value as readonly Value[];
export const asMap = (value: Value | undefined): ValueMap => value as ValueMap;
