import type { ExecSession } from '../../nomad/sessions/exec.ts';

/** The sessions in tasks that are not over, so that no command of theirs outlives the window. */
export class OpenSessions {
  readonly #sessions = new Set<ExecSession>();
  #ended = false;

  /**
   * Keeps track of a session until nothing is left of it, and returns it. A session added after the end is ended too.
   */
  add(session: ExecSession): ExecSession {
    if (this.#ended) session.dispose();
    this.#sessions.add(session);
    void session.left.then(() => this.#sessions.delete(session));
    return session;
  }

  /** Ends all sessions; resolves when their commands ended, or had their moment to do so. Never rejects. */
  async end(): Promise<void> {
    this.#ended = true;
    const sessions = [...this.#sessions];
    for (const session of sessions) session.dispose();
    await Promise.all(sessions.map(({ left }) => left));
  }
}
