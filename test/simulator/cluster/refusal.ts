/** What Nomad answers instead of doing what was asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** Where it is not that of plain text. */
  readonly contentType: string | undefined;

  /** @param text the body of the answer, word for word */
  constructor(status: number, text: string, contentType?: string) {
    super(text);
    this.status = status;
    this.contentType = contentType;
  }
}

export const permissionDenied = () => new Refusal(403, 'Permission denied');
export const invalidMethod = () => new Refusal(405, 'Invalid method');
