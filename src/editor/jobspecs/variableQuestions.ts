import { CancelledError } from '../../base/cancel.ts';
import type { Jobspec, JobspecVariable } from '../../hcl/jobspec.ts';
import { sameLiteral } from '../../hcl/evaluation/literals.ts';
import { isKnown, type Told } from '../../hcl/evaluation/told.ts';
import type { Literal } from '../../hcl/evaluation/literals.ts';
import { fieldOf, readField, type VariableField } from '../../hcl/evaluation/variableField.ts';
import { looksSecret } from '../../base/secretNames.ts';
import { assignTyped, type Assignments } from '../../hcl/evaluation/variables.ts';
import { fit, typeOf, typeText } from '../../hcl/evaluation/variableType.ts';
import { counted } from '../../platform/words.ts';
import { onCluster, type JobspecServices } from './services.ts';

/** What variables have without anything typed: from their defaults, the environment and variable files. */
export interface Known {
  readonly jobspec: Jobspec;
  /** Given by environment and files. */
  readonly given: Assignments;
  /** What was typed before, by the names of the variables. */
  readonly typed: ReadonlyMap<string, string>;
  /** What was typed for another cluster, where nothing was for this one: a start to edit. */
  readonly elsewhere: ReadonlyMap<string, string>;
}

/**
 * Asks for variables one after the other, with a way back, each with the value that it has now.
 *
 * @returns what is typed for all variables from now on: a value that would be the same without it is not kept, so that a
 *   later edit of a default or a file is seen
 * @throws CancelledError when the person leaves
 */
export async function askForVariables(
  services: JobspecServices,
  known: Known,
  variables: readonly JobspecVariable[],
): Promise<ReadonlyMap<string, string>> {
  const typed = new Map([...known.elsewhere, ...known.typed]);
  const where = known.elsewhere.size === 0 ? '' : onCluster(services);
  for (let index = 0; index < variables.length;) {
    const variable = variables[index];
    if (variable === undefined) break;
    const field = startOf({ ...known, typed }, variable);
    const answer = await services.ask.step({
      ...question(known.jobspec, variable, { index, count: variables.length, where }),
      ...wordsOf(variable, field),
      value: field.text,
      canGoBack: index > 0,
      check: (text) => {
        const read = readField(variable, field, text);
        return 'wrong' in read ? read.wrong : undefined;
      },
    });
    if (answer === undefined) throw new CancelledError(`${counted(variables.length, 'variable')} asked for`);
    if (answer === 'back') {
      index--;
      continue;
    }
    const read = readField(variable, field, answer.text);
    if ('text' in read) typed.set(variable.name, read.text);
    if (saysNothingNew(known, variable, typed.get(variable.name))) typed.delete(variable.name);
    index++;
  }
  return typed;
}

function question(
  { jobs }: Jobspec,
  { name, type }: JobspecVariable,
  { index, count, where }: { readonly index: number; readonly count: number; readonly where: string },
) {
  const of = count > 1 ? ` (${String(index + 1)} of ${String(count)})` : '';
  const kind = type === undefined ? '' : `, ${type.replace(/\s+/g, ' ')}`;
  return {
    // The title stays while an error is shown, so it says what is asked for.
    title: `Variables of ${jobs[0]?.name ?? 'the jobspec'}${where}${of}: ${name}${kind}`,
    secret: looksSecret(name),
  };
}

function wordsOf(variable: JobspecVariable, field: VariableField): { prompt: string; placeholder?: string } {
  const secret = looksSecret(variable.name);
  const kind = variable.type === undefined && variable.hasDefault ? [`Type ${typeText(typeOf(variable))}.`] : [];
  const words = [`${variable.name}: ${sentence(variable.description ?? 'no description')}`, ...kind];
  if (field.note !== undefined) words.push(field.note);
  words.push('Remembered for this file and cluster.');
  const placeholder = secret ? undefined : field.placeholder;
  return { prompt: words.join(' '), ...(placeholder === undefined ? {} : { placeholder }) };
}

/** Some descriptions end with a full stop, some don't. */
function sentence(text: string): string {
  const line = text.trim();
  return /[.!?:]$/.test(line) ? line : `${line}.`;
}

function startOf(known: Known, variable: JobspecVariable): VariableField {
  const typed = known.typed.get(variable.name);
  if (typed === undefined) {
    const source = known.given.get(variable.name)?.expression ?? variable.defaultText;
    return fieldOf(variable, withoutTyping(known, variable), source);
  }
  const { value } = assignTyped(variable, typed, 'typed');
  // A value that no longer fits its type is there to be mended.
  return isKnown(value) ? fieldOf(variable, value) : { text: typed, keeps: false };
}

function withoutTyping({ given }: Known, variable: JobspecVariable): Told<Literal> | undefined {
  return given.get(variable.name)?.value ?? variable.initial;
}

function saysNothingNew(known: Known, variable: JobspecVariable, text: string | undefined): boolean {
  const other = withoutTyping(known, variable);
  if (text === undefined || other === undefined || !isKnown(other)) return false;
  const { value } = assignTyped(variable, text, 'typed');
  const fitted = fit(other.known, typeOf(variable));
  return isKnown(value) && 'value' in fitted && sameLiteral(value.known, fitted.value);
}
