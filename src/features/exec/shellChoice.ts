/** How the start of a shell in a task ended. */
export interface ShellAttempt {
  /** The server's words of a session that never started. */
  readonly refusal?: string | undefined;
  readonly exitCode?: number | undefined;
  /** What the session wrote before it ended, at most its first few kilobytes. */
  readonly output: string;
}

const missing =
  /no such file or directory|executable file not found|not found in [$%]PATH|cannot find the (?:file|path)|file does not exist/i;

/**
 * True where the task has no such shell, so that the next one may be tried. Drivers differ: an executor refuses to start
 * the command, a container runtime starts nothing, writes why, and exits with 126 or 127.
 */
export function shellIsMissing(attempt: ShellAttempt): boolean {
  if (attempt.refusal !== undefined)
    return /failed to (start|launch) command|exec failed/i.test(attempt.refusal) && missing.test(attempt.refusal);
  const code = attempt.exitCode;
  return (
    (code === 126 || code === 127) &&
    /OCI runtime|exec failed|unable to start/i.test(attempt.output) &&
    missing.test(attempt.output)
  );
}

/** True where the words of a shell that is missing are those of Windows, which has others. */
export function isOnWindows({ refusal, output }: ShellAttempt): boolean {
  return /cannot find the (?:file|path)|%PATH%|a Windows system call/i.test(`${refusal ?? ''} ${output}`);
}
