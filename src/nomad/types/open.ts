/**
 * A word that a server chooses from a list that grows with its version: the known words complete in an editor, any other
 * passes through as it is.
 */
export type Open<Known extends string> = Known | (string & Record<never, never>);

/** A Go duration on the wire: nanoseconds. */
export type Nanoseconds = number;

/** A moment as RFC 3339 text with nanoseconds. Older agents write a zero time as `0001-01-01T00:00:00Z`, newer as null. */
export type WireTime = string;
