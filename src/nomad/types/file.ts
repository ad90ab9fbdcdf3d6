import type { Open, WireTime } from './open.ts';

/** An entry of `GET /v1/client/fs/ls/:id`, and the answer of `…/stat/:id`. */
export interface AllocationFile {
  Name: string;
  IsDir: boolean;
  /** Bytes. */
  Size: number;
  /** As `ls` writes it, such as `-rw-r--r--`. */
  FileMode?: string;
  ModTime?: WireTime | null;
  /** Of files only, and not in every list. */
  ContentType?: string;
}

/** What happened to a file that is read as a stream. After a truncation it starts from its beginning. */
export type FileEvent = Open<'file deleted' | 'file truncated'>;

/** One object of a log or file stream. A heartbeat has no field. */
export interface StreamFrame {
  /** Base64. */
  Data?: string;
  File?: string;
  /** Near the position after `Data`; not exact. */
  Offset?: number;
  FileEvent?: FileEvent;
}
