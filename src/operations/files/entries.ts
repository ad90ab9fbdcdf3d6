import { UserError } from '../../base/userError.ts';
import { refused } from '../../nomad/http/errors.ts';
import type { AllocationFile } from '../../nomad/types/file.ts';
import type { Place } from '../../state/tables/place.ts';
import { countIn, textIn, timeOf } from '../../state/tables/wire.ts';

/** A place in the directory of an allocation. */
export interface FileAt {
  /** A whole id. */
  readonly allocation: string;
  readonly place: Place;
  /** Relative to the allocation's directory, with slashes, whatever the node runs on; empty for that directory itself. */
  readonly path: string;
}

/**
 * `link` is one that nobody followed yet, or that leads nowhere, or out of the directory; `other` a pipe, a socket or a
 * device.
 */
export type FileKind = 'file' | 'directory' | 'link' | 'other';

/** A file, a directory, or what else there is. */
export interface FileEntry {
  /** As Nomad tells it: it may hold any character but a slash, and `\ufffd` for what is not UTF-8. */
  readonly name: string;
  /** Of a link that was followed: of what it leads to. */
  readonly kind: FileKind;
  /** It is a symbolic link. */
  readonly isLink: boolean;
  /** In bytes. */
  readonly size: number;
  /** Since the epoch. */
  readonly modifiedMs: number | undefined;
}

/** The path of something in a directory. */
export function below(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}

/** The last part of a path; empty for the allocation's directory. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The directory that a path is in. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/**
 * The path without what says nothing: `/main/./local/` is `main/local`.
 *
 * @throws {NomadError} of kind `rejected` for one that goes up: nothing outside of the allocation's directory is asked for
 */
export function pathWithin(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw refused('path', `${path} leads out of the allocation's directory.`);
  return parts.join('/');
}

/** What an answer says of a file. `name` is that of the path where Nomad tells another, as for the directory itself. */
export function entryOf(file: AllocationFile, name = textIn(file.Name)): FileEntry {
  // A type of the wire promises more than a server may hold.
  const { IsDir, Size, FileMode, ModTime } = file as Partial<AllocationFile>;
  const kind = IsDir === true ? 'directory' : kindOf(textIn(FileMode));
  return { name, kind, isLink: kind === 'link', size: countIn(Size), modifiedMs: timeOf(ModTime) };
}

/** Before the nine letters of its rights a mode has those of its kind: `Lrwxrwxrwx`, `prw-r--r--`, `urwxr-xr-x`. */
function kindOf(mode: string): FileKind {
  const letters = mode.slice(0, Math.max(0, mode.length - 9));
  if (letters.includes('L')) return 'link';
  // https://pkg.go.dev/io/fs#FileMode: a pipe, a socket, a device, or none of what is known.
  return /[pSDc?]/.test(letters) ? 'other' : 'file';
}

/**
 * Sees that something can be read as a file. A pipe is not opened on purpose: whoever reads it takes what is in it away from
 * the task.
 *
 * @throws {UserError} where it can't
 */
export function checkReadable({ kind }: FileEntry, path: string): void {
  const name = path === '' ? 'it' : path;
  if (kind === 'directory') throw new UserError(`${name} is a directory.`);
  if (kind === 'other') throw new UserError(`${name} is a pipe, a socket or a device, which is not read.`);
}
