/**
 * What a person can be told as the cause of a failure: its message ends the sentence "Could not …:". Anything else that
 * is thrown, apart from Nomad's errors, is a fault of ours and goes to the log alone.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** There is nothing to do, which is no failure: its message is a whole sentence. */
export class NothingToDo extends Error {
  override readonly name = 'NothingToDo';
}
