import { isNomadError } from '../../nomad/http/errors.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { below, pathWithin, type FileAt, type FileEntry } from './entries.ts';
import { isGone } from './fileErrors.ts';
import { listDirectory } from './listFiles.ts';

/** Something below a directory. */
export interface WalkedEntry {
  readonly entry: FileEntry;
  /** Relative to where the walk began. */
  readonly parts: readonly string[];
  readonly at: FileAt;
  /** Of a directory that can't be read: why. It was told before. */
  readonly refused?: unknown;
}

/**
 * All that is below a directory, each directory before what is in it. Links to directories are told, and not gone into: one
 * may lead to where it is. A directory that can't be read is told once more, and the walk goes on.
 *
 * @throws as {@link listDirectory} of the directory itself; {@link NomadError} where no other would be read either
 */
export async function* walkFiles(
  client: PlacedClient,
  at: FileAt,
  signal: AbortSignal,
  parts: readonly string[] = [],
): AsyncGenerator<WalkedEntry> {
  for (const entry of await listDirectory(client, at, signal)) {
    const within = { ...at, path: below(pathWithin(at.path), entry.name) };
    const walked = { entry, parts: [...parts, entry.name], at: within };
    yield walked;
    if (entry.kind !== 'directory' || entry.isLink) continue;
    try {
      yield* walkFiles(client, within, signal, walked.parts);
    } catch (error) {
      if (!isOfOne(error)) throw error;
      yield { ...walked, refused: error };
    }
  }
}

/** True for a refusal of one file or directory, which says nothing of the others. */
export function isOfOne(error: unknown): boolean {
  return (
    isNomadError(error, 'notFound', 'rejected', 'server') && !isGone(error) && !/no path to/i.test(error.body ?? '')
  );
}
