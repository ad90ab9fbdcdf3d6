/** What Nomad answers instead of doing what was asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  /** @param text the body of the answer, word for word */
  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

export const permissionDenied = () => new Refusal(403, 'Permission denied');
export const invalidMethod = () => new Refusal(405, 'Invalid method');
