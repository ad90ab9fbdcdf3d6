import { filled } from '../base/filled.ts';
import type { Settings } from './contributions.ts';

/** What a person set; undefined where nothing is set. */
export type SettingsReader = <K extends keyof Settings>(name: K) => Settings[K] | undefined;

/** Where the cluster is and how to speak to it, from settings and the standard `NOMAD_*` variables. */
export interface ConnectionSettings {
  readonly address: string;
  readonly addressFrom: 'setting' | 'environment' | 'default';
  readonly namespace: string;
  readonly region: string | undefined;
  readonly tls: {
    readonly caFile?: string;
    readonly caPath?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
    readonly serverName?: string;
    readonly skipVerify?: boolean;
  };
  /** `user[:password]` of `NOMAD_HTTP_AUTH`. */
  readonly httpAuth: string | undefined;
  /** `NOMAD_TOKEN`, only where it belongs to this address. */
  readonly environmentToken: string | undefined;
}

export const defaultAddress = 'http://127.0.0.1:4646';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings first, then the environment, then Nomad's defaults.
 *
 * The environment's secrets belong to the environment's cluster: `NOMAD_TOKEN` and `NOMAD_HTTP_AUTH` are left out when
 * a setting leads to another address, so that a token of one cluster is never sent to another.
 */
export function connectionSettings(read: SettingsReader, environment: Environment): ConnectionSettings {
  const set = (name: TextSetting) => trimmed(read(name));
  const variable = (name: string) => trimmed(environment[name]);
  const fromEnvironment = variable('NOMAD_ADDR');
  const fromSetting = set('nomad.address');
  const address = fromSetting ?? fromEnvironment ?? defaultAddress;
  const ofEnvironment = sameAddress(address, fromEnvironment ?? defaultAddress);
  const skipVerify = read('nomad.tls.skipVerify') ?? goBool(environment['NOMAD_SKIP_VERIFY']);
  return {
    address,
    addressFrom: fromSetting !== undefined ? 'setting' : fromEnvironment !== undefined ? 'environment' : 'default',
    namespace: set('nomad.namespace') ?? variable('NOMAD_NAMESPACE') ?? '*',
    region: set('nomad.region') ?? variable('NOMAD_REGION'),
    tls: {
      ...optional('caFile', set('nomad.tls.caCert') ?? variable('NOMAD_CACERT')),
      ...optional('caPath', set('nomad.tls.caPath') ?? variable('NOMAD_CAPATH')),
      ...optional('certFile', set('nomad.tls.clientCert') ?? variable('NOMAD_CLIENT_CERT')),
      ...optional('keyFile', set('nomad.tls.clientKey') ?? variable('NOMAD_CLIENT_KEY')),
      ...optional('serverName', set('nomad.tls.serverName') ?? variable('NOMAD_TLS_SERVER_NAME')),
      ...optional('skipVerify', skipVerify),
    },
    httpAuth: ofEnvironment ? variable('NOMAD_HTTP_AUTH') : undefined,
    environmentToken: ofEnvironment ? variable('NOMAD_TOKEN') : undefined,
  };
}

type TextSetting = { [K in keyof Settings]: Settings[K] extends string ? K : never }[keyof Settings];

function trimmed(text: string | undefined): string | undefined {
  return filled(text?.trim());
}

function optional<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}

/** The words that Go takes for a bool; others count as unset, as in the CLI. */
function goBool(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
}

function sameAddress(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return new URL(one).href === new URL(other).href;
  } catch {
    return false;
  }
}
