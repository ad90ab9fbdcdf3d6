import { formatDuration } from '../hcl/duration.ts';
import { when } from './errors.ts';
import { type Fields, numberOf, textOf } from './fields.ts';

const second = 1_000_000_000;

export function restartErrors(policy: Fields): string[] {
  const [mode, attempts] = [textOf(policy, 'Mode'), numberOf(policy, 'Attempts')];
  const [interval, delay] = [numberOf(policy, 'Interval'), numberOf(policy, 'Delay')];
  const times = `${String(attempts)} times in an interval of ${formatDuration(interval)}`;
  return [
    ...when(mode !== 'delay' && mode !== 'fail', `Unsupported restart mode: ${JSON.stringify(mode)}`),
    ...when(
      attempts === 0 && mode !== 'fail',
      `Restart policy ${JSON.stringify(mode)} with ${String(attempts)} attempts is ambiguous`,
    ),
    ...when(interval < 5 * second, `Interval can not be less than 5s (got ${formatDuration(interval)})`),
    ...when(
      attempts * delay > interval,
      `Nomad can't restart the TaskGroup ${times} with a delay of ${formatDuration(delay)}`,
    ),
  ];
}

export function rescheduleErrors(policy: Fields): string[] {
  const [attempts, unlimited] = [numberOf(policy, 'Attempts'), policy['Unlimited'] === true];
  if (attempts === 0 && !unlimited) return [];
  const [interval, delay, maxDelay] = [
    numberOf(policy, 'Interval'),
    numberOf(policy, 'Delay'),
    numberOf(policy, 'MaxDelay'),
  ];
  const delayFunction = textOf(policy, 'DelayFunction');
  const known = ['constant', 'exponential', 'fibonacci'].includes(delayFunction);
  const growing = delayFunction !== 'constant';
  const described = `Attempts = ${String(attempts)}, Interval = ${formatDuration(interval)}, and Unlimited = true`;
  return [
    ...when(attempts > 0 && interval <= 0, 'Interval must be a non zero value if Attempts > 0'),
    ...(attempts > 0 && unlimited
      ? [`Reschedule Policy with ${described} is ambiguous`, 'If Attempts >0, Unlimited cannot also be set to true']
      : []),
    ...when(delay < 5 * second, `Delay cannot be less than 5s (got ${formatDuration(delay)})`),
    ...when(
      !known,
      `Invalid delay function ${JSON.stringify(delayFunction)}, must be one of ["constant" "exponential" "fibonacci"]`,
    ),
    ...when(growing && maxDelay < 5 * second, `Max Delay cannot be less than 5s (got ${formatDuration(delay)})`),
    ...when(
      growing && maxDelay < delay,
      `Max Delay cannot be less than Delay ${formatDuration(delay)} (got ${formatDuration(maxDelay)})`,
    ),
    ...when(!unlimited && interval < 15 * second, `Interval cannot be less than 15s (got ${formatDuration(interval)})`),
  ];
}

export function updateErrors(update: Fields): string[] {
  const check = textOf(update, 'HealthCheck');
  const [parallel, canary] = [numberOf(update, 'MaxParallel'), numberOf(update, 'Canary')];
  return [
    ...when(
      !['checks', 'task_states', 'manual'].includes(check),
      `Invalid health check given: ${JSON.stringify(check)}`,
    ),
    ...when(parallel < 0, `Max parallel can not be less than zero: ${String(parallel)} < 0`),
    ...when(canary < 0, `Canary count can not be less than zero: ${String(canary)} < 0`),
    ...when(canary === 0 && update['AutoPromote'] === true, 'Auto Promote requires a Canary count greater than zero'),
    ...updateTimeErrors(update),
  ];
}

function updateTimeErrors(update: Fields): string[] {
  const [healthy, deadline] = [numberOf(update, 'MinHealthyTime'), numberOf(update, 'HealthyDeadline')];
  const [progress, stagger] = [numberOf(update, 'ProgressDeadline'), numberOf(update, 'Stagger')];
  const pair = (a: number, b: number): string => `${formatDuration(a)} > ${formatDuration(b)}`;
  return [
    ...when(healthy < 0, `Minimum healthy time may not be less than zero: ${formatDuration(healthy)}`),
    ...when(deadline <= 0, `Healthy deadline must be greater than zero: ${formatDuration(deadline)}`),
    ...when(progress < 0, `Progress deadline must be zero or greater: ${formatDuration(progress)}`),
    ...when(healthy >= deadline, `Minimum healthy time must be less than healthy deadline: ${pair(healthy, deadline)}`),
    ...when(
      progress !== 0 && deadline >= progress,
      `Healthy deadline must be less than progress deadline: ${pair(deadline, progress)}`,
    ),
    ...when(stagger <= 0, `Stagger must be greater than zero: ${formatDuration(stagger)}`),
  ];
}

export function migrateErrors(migrate: Fields): string[] {
  const [parallel, check] = [numberOf(migrate, 'MaxParallel'), textOf(migrate, 'HealthCheck')];
  const [healthy, deadline] = [numberOf(migrate, 'MinHealthyTime'), numberOf(migrate, 'HealthyDeadline')];
  const known = check === 'checks' || check === 'task_states';
  return [
    ...when(parallel < 0, `MaxParallel must be >= 0 but found ${String(parallel)}`),
    ...(check === ''
      ? when(parallel > 0, 'Missing HealthCheck')
      : when(!known, `Invalid HealthCheck: ${JSON.stringify(check)}`)),
    ...when(healthy < 0, `MinHealthyTime is ${formatDuration(healthy)} and must be >= 0`),
    ...when(deadline < 0, `HealthyDeadline is ${formatDuration(deadline)} and must be >= 0`),
    ...when(healthy > deadline, 'MinHealthyTime must be less than HealthyDeadline'),
  ];
}
