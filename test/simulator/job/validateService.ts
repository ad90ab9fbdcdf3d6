import { formatDuration } from '../hcl/duration.ts';
import { nested, when } from './errors.ts';
import { children, type Fields, numberOf, textOf } from './fields.ts';
import type { Rules } from './versions.ts';

const second = 1_000_000_000;
const namePattern = /^([a-z0-9]|[a-z0-9][a-z0-9-]{0,61}[a-z0-9])$/i;
const nameRule =
  'Service name must be valid per RFC 1123 and can contain only alphanumeric characters or dashes and must be no longer than 63 characters';
const onUpdates = ['', 'ignore', 'require_healthy', 'ignore_warnings'];

/** Errors of the services of a group, its tasks' services included where they have to fit together. */
export function groupServiceErrors(group: Fields, its: Rules): string[] {
  const tasks = children(group, 'Tasks');
  const services = children(group, 'Services');
  const ids = [
    ...tasks.flatMap((task) => children(task, 'Services').map((service) => serviceId(textOf(task, 'Name'), service))),
    ...services.map((service) => serviceId('group', service)),
  ];
  const twice = [...new Set(ids.filter((id, index) => ids.indexOf(id) < index))];
  const all = [group, ...tasks].flatMap((owner) => children(owner, 'Services'));
  const providers = new Set(all.map((service) => textOf(service, 'Provider')));
  const several = 'Multiple service providers used: task group services must use the same provider';
  return [
    ...services.flatMap((service, index) =>
      nested(serviceErrors(service, its), `Service[${String(index)}] ${textOf(service, 'Name')} validation failed: `),
    ),
    ...when(twice.length > 0, `Services are not unique: ${twice.join(', ')}`),
    ...when(providers.size > 1, several),
  ];
}

function serviceId(owner: string, service: Fields): string {
  const port = textOf(service, 'PortLabel');
  return `${owner}->${textOf(service, 'Name')}${port === '' ? '' : `:${port}`}`;
}

/** Errors of the services of a task, as one error. */
export function taskServiceErrors(task: Fields, group: Fields, its: Rules): string[] {
  const networks = [
    ...children(group, 'Networks').slice(0, 1),
    ...children(task['Resources'] as Fields | null, 'Networks'),
  ];
  const ports = networks.flatMap((network) =>
    [...children(network, 'ReservedPorts'), ...children(network, 'DynamicPorts')].map((port) => textOf(port, 'Label')),
  );
  const services = children(task, 'Services');
  const wanted = [...new Set(services.map((service) => textOf(service, 'PortLabel')).filter(Boolean))].sort();
  return [
    ...services.flatMap((service, index) => {
      const name = JSON.stringify(textOf(service, 'Name'));
      return nested(serviceErrors(service, its), `service[${String(index)}] ${name} validation failed: `);
    }),
    ...wanted
      .filter((port) => !ports.includes(port) && !/^\d+$/.test(port))
      .map((port) => {
        const users = services
          .filter((service) => service['PortLabel'] === port)
          .map((service) => textOf(service, 'Name'));
        return `port label ${JSON.stringify(port)} referenced by services ${users.sort().join(', ')} does not exist`;
      }),
  ];
}

function serviceErrors(service: Fields, { addressModes }: Rules): string[] {
  const name = textOf(service, 'Name');
  const [mode, onUpdate, provider] = [
    textOf(service, 'AddressMode'),
    textOf(service, 'OnUpdate'),
    textOf(service, 'Provider'),
  ];
  const nomad = provider === 'nomad';
  return [
    ...when(!namePattern.test(name.replaceAll(/\$\{[^}]*\}/g, 'ENV-VAR')), `${nameRule}: ${JSON.stringify(name)}`),
    ...when(
      !addressModes.includes(mode),
      `Service address_mode must be "auto", "host", or "driver"; not ${JSON.stringify(mode)}`,
    ),
    ...when(
      !onUpdates.includes(onUpdate),
      `Service on_update must be "require_healthy", "ignore_warnings", or "ignore"; not ${JSON.stringify(onUpdate)}`,
    ),
    ...when(
      !nomad && provider !== 'consul',
      `Service provider must be "consul", or "nomad"; not ${JSON.stringify(provider)}`,
    ),
    ...children(service, 'Checks').flatMap((check) => checkErrors(check, service, nomad)),
    ...when(nomad && Boolean(service['Connect']), 'Service with provider nomad cannot include Connect blocks'),
  ];
}

function checkErrors(check: Fields, service: Fields, nomad: boolean): string[] {
  const name = textOf(check, 'Name');
  const needsPort = ['http', 'tcp', 'grpc'].includes(textOf(check, 'Type'));
  if (needsPort && textOf(service, 'PortLabel') === '' && textOf(check, 'PortLabel') === '') {
    const owner = JSON.stringify(textOf(service, 'Name'));
    return [`Check ${name} invalid: check requires a port but neither check nor service ${owner} have a port`];
  }
  const problem = checkProblem(check, nomad ? ['tcp', 'http'] : ['grpc', 'http', 'script', 'tcp']);
  if (problem === null) return [];
  return [nomad ? problem : `Check ${name} invalid: ${problem}`];
}

/** The first thing wrong with a check. */
function checkProblem(check: Fields, allowed: readonly string[]): string | null {
  const type = textOf(check, 'Type').toLowerCase();
  const [interval, timeout] = [numberOf(check, 'Interval'), numberOf(check, 'Timeout')];
  if (!allowed.includes(type))
    return `invalid check type (${JSON.stringify(type)}), must be one of ${allowed.join(', ')}`;
  if (type === 'http' && textOf(check, 'Path') === '') return 'http type must have http path';
  if (type === 'http' && /^\w+:/.test(textOf(check, 'Path'))) return 'http type must have relative http path';
  if (type === 'script' && textOf(check, 'Command') === '') return 'script type must have a valid script path';
  if (interval === 0) return 'missing required value interval. Interval cannot be less than 1s';
  if (interval < second) return `interval (${formatDuration(interval)}) cannot be lower than 1s`;
  if (timeout === 0) return 'missing required value timeout. Timeout cannot be less than 1s';
  if (timeout < second) return `timeout (${formatDuration(timeout)}) is lower than required minimum timeout 1s`;
  return null;
}
