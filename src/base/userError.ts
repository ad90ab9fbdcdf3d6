/**
 * What a person can be told as the cause of a failure: its message ends the sentence "Could not …:". Whatever else is
 * thrown and is no error of Nomad's is a fault of ours, and only the log has its words.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** There is nothing to do, which is no failure: its message is a whole sentence. */
export class NothingToDo extends Error {
  override readonly name = 'NothingToDo';
}
