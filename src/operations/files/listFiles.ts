import { compareText } from '../../base/compareText.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { objectsIn } from '../../state/tables/wire.ts';
import { baseOf, below, entryOf, folderOf, pathWithin, type FileAt, type FileEntry } from './entries.ts';

/** So many links of a directory are followed to see what they lead to; others when somebody opens them. */
const mostLinks = 64;
/** At once, as the window needs connections for other things. */
const atOnce = 8;
/** A link may lead to a pipe, of which nobody knows beforehand. */
const linkTimeoutMs = 10_000;
/** A file that goes while a directory is read fails all of the read. */
const tries = 4;

/**
 * What is in a directory: directories first, then by name. Needs `read-fs`.
 *
 * `GET /v1/client/fs/ls/:id`, https://developer.hashicorp.com/nomad/api-docs/client#list-files
 *
 * @throws {NomadError}, of kind `notFound` where it is not there; the signal's reason
 */
export async function listDirectory(client: PlacedClient, at: FileAt, signal: AbortSignal): Promise<FileEntry[]> {
  const path = pathWithin(at.path);
  const entries = await listed(client, { ...at, path }, signal);
  const links = entries.filter(({ isLink }) => isLink).slice(0, mostLinks);
  const waiting = [...links];
  const followed = new Map<FileEntry, FileEntry>();
  const follow = async () => {
    for (let link = waiting.pop(); link !== undefined; link = waiting.pop())
      followed.set(link, await followLink(client, { ...at, path: below(path, link.name) }, link, signal));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, links.length) }, follow));
  const rank = ({ kind }: FileEntry) => (kind === 'directory' ? 0 : 1);
  return entries
    .map((entry) => followed.get(entry) ?? entry)
    .sort((a, b) => rank(a) - rank(b) || compareText(a.name, b.name));
}

async function listed(client: PlacedClient, at: FileAt, signal: AbortSignal): Promise<FileEntry[]> {
  for (let left = tries; ; left -= 1) {
    try {
      const { value } = await client.files.ls(at.allocation, `/${at.path}`, { ...at.place, signal });
      return objectsIn(value).map((file) => entryOf(file));
    } catch (error) {
      // The directory is opened; what is in it is looked at one by one.
      const isInIt = isNomadError(error, 'notFound') && error.body?.startsWith('lstat ') === true;
      if (!isInIt || left === 1) throw error;
    }
  }
}

/** What a link leads to; the link itself where that can't be told. */
async function followLink(client: PlacedClient, at: FileAt, link: FileEntry, signal: AbortSignal): Promise<FileEntry> {
  try {
    return { ...(await askFor(client, at, signal)), isLink: true };
  } catch (error) {
    if (!isNomadError(error)) throw error;
    return link;
  }
}

/**
 * What is at a path; of a link, what it leads to. The directory that it is in is asked for it: Nomad opens what it is asked
 * for by name, to guess its type, and of a pipe it would take what a task wrote, or wait for that. Needs `read-fs`.
 *
 * `GET /v1/client/fs/stat/:id`, https://developer.hashicorp.com/nomad/api-docs/client#stat-file
 *
 * @throws {NomadError}, of kind `notFound` where nothing is there; the signal's reason
 */
export async function statFile(client: PlacedClient, at: FileAt, signal: AbortSignal): Promise<FileEntry> {
  const path = pathWithin(at.path);
  if (path === '') return askFor(client, { ...at, path }, signal);
  const entries = await listed(client, { ...at, path: folderOf(path) }, signal);
  const entry = entries.find(({ name }) => name === baseOf(path));
  // Of what is not there Nomad says so itself.
  if (entry === undefined) return askFor(client, { ...at, path }, signal);
  return entry.isLink ? { ...(await askFor(client, { ...at, path }, signal)), isLink: true } : entry;
}

async function askFor(
  client: PlacedClient,
  { allocation, place, path }: FileAt,
  signal: AbortSignal,
): Promise<FileEntry> {
  const options = { ...place, signal, timeoutMs: linkTimeoutMs };
  const { value } = await client.files.stat(allocation, `/${path}`, options);
  return entryOf(value, baseOf(path));
}
