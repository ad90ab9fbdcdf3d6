import { BlockList, isIP } from 'node:net';

/** A server that passes connections on. */
export interface Proxy {
  readonly kind: 'proxy';
  /** Its address without credentials, and where that is set: `http://proxy:3128 of HTTPS_PROXY`. Safe to show. */
  readonly shown: string;
  readonly host: string;
  readonly port: number;
  /** True where it is spoken to over TLS. */
  readonly secure: boolean;
  /** Whether its certificate has to be a good one. */
  readonly strict: boolean;
  /** What `Proxy-Authorization` says; a secret. */
  readonly authorization: string | undefined;
  /** What to do where it fails. */
  readonly advice: string;
}

/**
 * How to reach a server: directly, through a proxy, as the editor decides, or not at all, because its proxy can't be
 * used.
 */
export type Way =
  | { readonly kind: 'straight' }
  | Proxy
  | { readonly kind: 'editor' }
  | { readonly kind: 'none'; readonly why: string; readonly scheme?: string };

/** Says how to reach the server of a URL. Asked before each request, so a change applies from the next one on. */
export type FindWay = (url: URL) => Way;

/** Where a proxy is named. */
export interface ProxySource {
  readonly name: string;
  /** The setting that exempts a server from it. */
  readonly exception: string;
  readonly authorization?: string | undefined;
  readonly strict?: boolean | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const straight: Way = { kind: 'straight' };

const secureNames = ['HTTPS_PROXY', 'https_proxy'];
const plainNames = ['HTTP_PROXY', 'http_proxy'];

/**
 * The way that `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name, in capitals or not, for the scheme of the server, as
 * Nomad's CLI and other Go programs read them. Loopback addresses are always reached straight.
 */
export function wayOfEnvironment(environment: Environment, url: URL): Way {
  if (isLoopback(url)) return straight;
  const name = (url.protocol === 'https:' ? secureNames : plainNames).find((one) => (environment[one] ?? '') !== '');
  if (name === undefined || isExcepted(exceptionsOf(environment), url)) return straight;
  return parseProxy(environment[name] ?? '', { name, exception: 'NO_PROXY' });
}

/** True if the environment names a proxy, even one for servers of the other scheme. */
export function namesProxy(environment: Environment): boolean {
  return [...secureNames, ...plainNames].some((name) => (environment[name] ?? '') !== '');
}

/** The hosts that `NO_PROXY` names. */
export function exceptionsOf(environment: Environment): string[] {
  const text = [environment['NO_PROXY'], environment['no_proxy']].find((one) => (one ?? '') !== '');
  return text?.split(',') ?? [];
}

/** True for what no proxy is asked for: `localhost`, 127.0.0.0/8, `::1`. */
export function isLoopback(url: URL): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::(?:1|ffff:7f[\da-f]{2}:[\da-f]+)\])$/.test(url.hostname);
}

/**
 * True where one of `exceptions` names the server: `*`, an address or a network (`10.0.0.0/8`), a domain with all in it
 * (`example.com`), what is in it alone (`.example.com`, `*.example.com`), each but a network with a port or without.
 */
export function isExcepted(exceptions: readonly string[], url: URL): boolean {
  const host = hostOf(url);
  const port = String(portOf(url));
  return exceptions.some((text) => excepts(text.trim().toLowerCase(), host, port));
}

/** Takes the address of a proxy apart: a URL, or `host:port`. */
export function parseProxy(text: string, { name, exception, authorization, strict = true }: ProxySource): Way {
  const trimmed = text.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase() ?? 'http';
  const exceptionAdvice = `Set ${name} right, or name the cluster's host in ${exception}.`;
  if (scheme !== 'http' && scheme !== 'https') {
    const why = `The proxy of ${name} has the scheme "${scheme}"; only http and https are supported. ${exceptionAdvice}`;
    return { kind: 'none', why, scheme };
  }
  const url = parsed(trimmed.includes('://') ? trimmed : `http://${trimmed}`);
  if (url === undefined || url.hostname === '') {
    return { kind: 'none', why: `The proxy of ${name} is not a valid address. ${exceptionAdvice}` };
  }
  return {
    kind: 'proxy',
    shown: `${url.protocol}//${url.hostname}:${String(portOf(url))} of ${name}`,
    host: hostOf(url),
    port: portOf(url),
    secure: scheme === 'https',
    strict,
    authorization: authorizationOf(url) ?? authorization,
    advice: exceptionAdvice,
  };
}

/** The host as sockets take it. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** The port, the scheme's own where the URL names none. */
export function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

function excepts(exception: string, host: string, port: string): boolean {
  if (exception === '*') return true;
  const network = /^(.+)\/(\d{1,3})$/.exec(exception);
  if (network !== null) return isIP(host) !== 0 && isWithin(host, network[1] ?? '', Number(network[2]));
  const [, name = '', wantedPort = ''] = /^(\[.*\]|[^:]*):(\d+)$/.exec(exception) ?? [exception, exception];
  if (name === '' || (wantedPort !== '' && wantedPort !== port)) return false;
  const wanted = name.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return isIP(wanted) !== 0 && isWithin(host, wanted, isIP(wanted) === 4 ? 32 : 128);
  const domain = wanted.replace(/^\*?\./, '');
  return domain !== '' && (host.endsWith(`.${domain}`) || (domain === wanted && host === domain));
}

function isWithin(host: string, network: string, prefix: number): boolean {
  if (isIP(network) === 0 || prefix > (isIP(network) === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, familyOf(network));
  return list.check(host, familyOf(host));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
