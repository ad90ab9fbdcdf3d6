import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isInside } from './directories.ts';
import type { TaskPlace } from './environment.ts';
import { interpolate, references } from './environment.ts';
import type { TaskSpec } from './task.ts';

interface Template {
  EmbeddedTmpl?: string;
  DestPath?: string;
  Perms?: string;
  Envvars?: boolean;
}

/**
 * Writes the task's inline templates and its dispatch payload.
 *
 * Of the template language only `{{ env "NAME" }}` is rendered; the rest stays as it is written.
 * Templates with `env = true` add to `environment`. Returns the error text when a destination leads out of the task.
 */
export function writeTemplates(
  spec: TaskSpec,
  place: TaskPlace,
  environment: Record<string, string>,
): string | undefined {
  for (const template of list(spec.task.Templates)) {
    const values = references(spec, environment);
    const content = render(template.EmbeddedTmpl ?? '', environment);
    const destination = path.resolve(place.folder, interpolate(template.DestPath ?? '', values));
    if (!isInside(path.dirname(place.folder), destination)) return 'template destination path escapes alloc directory';
    mkdirSync(path.dirname(destination), { recursive: true });
    writeFileSync(destination, content, { mode: Number.parseInt(template.Perms ?? '0644', 8) });
    if (template.Envvars === true) Object.assign(environment, parseLines(content));
  }
  return writePayload(spec, place);
}

function writePayload(spec: TaskSpec, place: TaskPlace): string | undefined {
  const file = (spec.task.DispatchPayload as { File?: string } | null | undefined)?.File;
  if (spec.payload === undefined || file === undefined || file === '') return undefined;
  const local = path.join(place.folder, 'local');
  const destination = path.resolve(local, file);
  if (!isInside(local, destination)) return 'dispatch payload path escapes task directory';
  mkdirSync(path.dirname(destination), { recursive: true });
  writeFileSync(destination, Buffer.from(spec.payload, 'base64'));
  return undefined;
}

function render(text: string, environment: Record<string, string>): string {
  return text.replace(/\{\{-?\s*env\s+"([^"]*)"\s*-?\}\}/g, (_, name: string) => environment[name] ?? '');
}

function parseLines(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    if (match?.[1] !== undefined) variables[match[1]] = (match[2] ?? '').trim().replace(/^(["'])(.*)\1$/, '$2');
  }
  return variables;
}

function list(value: unknown): Template[] {
  return Array.isArray(value) ? (value as Template[]) : [];
}
