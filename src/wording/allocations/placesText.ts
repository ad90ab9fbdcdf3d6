import type { AllocationCheck } from '../../nomad/types/allocation.ts';
import type { ServiceRegistration } from '../../nomad/types/service.ts';
import { clean, countIn, objectsIn, textIn, textsIn, withoutSecrets } from '../../state/tables/wire.ts';
import type { AllocatedPort } from '../allocated.ts';
import type { DeclaredService, Told } from './allocationState.ts';
import { columns } from './columns.ts';
import type { StateWords } from './stateText.ts';

/** More of what a check said is cut off; a page of HTML is no rarity. */
const mostOutput = 300;

const marks: ReadonlyMap<string, string> = new Map([
  ['success', '✓'],
  ['failure', '✗'],
  ['pending', '…'],
]);

/** The last results of the checks that Nomad makes itself, and those that Consul makes, whose results it isn't told. */
export function checkLines(
  services: readonly DeclaredService[],
  checks: Told<readonly AllocationCheck[]> | undefined,
  words: StateWords,
): string[] {
  const elsewhere = services
    .filter(({ provider }) => provider !== 'nomad')
    .flatMap(({ name, checks: own }) =>
      own.map(
        (check) => `? ${clean(name)}  ${checkName(check.name, check.type)}  made by Consul, which Nomad does not ask`,
      ),
    );
  if (checks === undefined) return [...waiting(services), ...elsewhere];
  if ('refused' in checks) return [`Not read: ${clean(checks.refused)}`, ...elsewhere];
  const rows = [...objectsIn(checks.value)]
    .sort(
      (a, b) =>
        rank(a) - rank(b) || compare(textIn(a.Service), textIn(b.Service)) || compare(textIn(a.Check), textIn(b.Check)),
    )
    .map((check) => checkRow(check, words));
  return [...columns(rows), ...(rows.length === 0 ? waiting(services) : []), ...elsewhere];
}

function waiting(services: readonly DeclaredService[]): string[] {
  return services
    .filter(({ provider }) => provider === 'nomad')
    .flatMap(({ name, checks }) =>
      checks.map((check) => `… ${clean(name)}  ${checkName(check.name, check.type)}  no result yet`),
    );
}

function checkName(name: string, type: string): string {
  return name === '' ? `${clean(type)} check` : clean(name);
}

/** Those that fail first. */
function rank({ Status }: AllocationCheck): number {
  return Status === 'failure' ? 0 : Status === 'pending' ? 1 : 2;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function checkRow(check: AllocationCheck, { moment }: StateWords): string[] {
  const { Service, Check, Task, Status, StatusCode, Output, Timestamp, Mode } = check;
  const code = countIn(StatusCode);
  const at = countIn(Timestamp);
  const output = withoutSecrets(clean(textIn(Output)));
  return [
    `${marks.get(textIn(Status)) ?? '?'} ${clean(textIn(Service))}`,
    [clean(textIn(Check)), textIn(Task) === '' ? '' : `of ${clean(textIn(Task))}`].filter(Boolean).join(' '),
    clean(textIn(Status)) + (textIn(Mode) === 'readiness' ? ' (does not count for health)' : ''),
    code === 0 ? '' : String(code),
    at === 0 ? '' : moment(at * 1000),
    output.length > mostOutput ? `${output.slice(0, mostOutput - 1)}…` : output,
  ];
}

/** What is registered of this allocation; of services in Consul, what the job asks for. */
export function serviceLines(
  declared: readonly DeclaredService[],
  services: Told<readonly ServiceRegistration[]> | undefined,
): string[] {
  const consul = declared
    .filter(({ provider }) => provider !== 'nomad')
    .map(({ name, task }) => [clean(name), '', '', `in Consul${task === undefined ? '' : `, of ${clean(task)}`}`]);
  if (services !== undefined && 'refused' in services)
    return [`Not read: ${clean(services.refused)}`, ...columns(consul)];
  const registered = objectsIn(services?.value ?? []);
  const rows = registered.map(({ ServiceName, Address, Port, Tags }) => [
    clean(textIn(ServiceName)),
    hostAndPort(textIn(Address), countIn(Port)),
    textsIn(Tags).map(clean).join(', '),
    '',
  ]);
  const names = new Set(registered.map(({ ServiceName }) => ServiceName));
  const missing =
    services === undefined
      ? []
      : declared
          .filter(({ provider, name }) => provider === 'nomad' && !names.has(name) && !name.includes('${'))
          .map(({ name }) => [clean(name), '', '', 'not registered now']);
  return columns([...rows, ...missing, ...consul]);
}

/** `http  10.0.0.1:25432 → 8080` */
export function portLines(ports: readonly AllocatedPort[]): string[] {
  return columns(
    ports.map(({ label, task, hostIp = '', port, to }) => [
      clean(task === undefined ? label : `${task} ${label}`),
      `${hostAndPort(hostIp, port)}${to === undefined ? '' : ` → ${String(to)}`}`,
    ]),
  );
}

function hostAndPort(host: string, port: number): string {
  const address = clean(host);
  const shown = address.includes(':') ? `[${address}]` : address;
  if (shown === '') return port === 0 ? '' : `port ${String(port)}`;
  return port === 0 ? shown : `${shown}:${String(port)}`;
}
