import type { TaskEvent } from '../../../src/nomad/types/allocation.ts';

/** Fields of the first versions that are still sent, beside `Details`, which says the same. */
const legacy = {
  RestartReason: '',
  SetupError: '',
  DriverError: '',
  ExitCode: 0,
  Signal: 0,
  Message: '',
  KillReason: '',
  KillTimeout: 0,
  KillError: '',
  StartDelay: 0,
  DownloadError: '',
  ValidationError: '',
  DiskLimit: 0,
  FailedSibling: '',
  VaultError: '',
  TaskSignalReason: '',
  TaskSignal: '',
  DriverMessage: '',
  FailsTask: false,
  GenericSource: '',
};

/** An event of a task, with every field that Nomad sends. */
export function taskEvent(
  type: string,
  nowMs: number,
  message: string,
  details: Readonly<Record<string, string>> = {},
): TaskEvent {
  const event = { ...legacy, Type: type, Time: nowMs * 1e6, DisplayMessage: message, Details: { ...details } };
  return {
    ...event,
    Message: type === 'Task Setup' ? message : (details['message'] ?? ''),
    ExitCode: Number(details['exit_code'] ?? 0),
    // Of an end it is a number, of a signal that is sent its name.
    Signal: Number(details['signal'] ?? 0) || 0,
    ValidationError: details['validation_error'] ?? '',
    RestartReason: details['restart_reason'] ?? '',
    StartDelay: Number(details['start_delay'] ?? 0),
    FailsTask: details['fails_task'] === 'true',
  };
}
