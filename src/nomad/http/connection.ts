import { NomadError } from './errors.ts';

/** How to reach one agent, and as whom. */
export interface Connection {
  /** `http://host:port` or `https://host:port`, optionally with `user:password@` and a path prefix. */
  address: string;
  /** Sent with every request that names no other region; the agent's own where undefined. */
  region?: string | undefined;
  /** Sent with every request that names no other namespace; Nomad's `default` where undefined. */
  namespace?: string | undefined;
  tls?: TlsOptions | undefined;
  /** How long an answer, or a further part of it, may take; 30,000 where undefined. */
  timeoutMs?: number | undefined;
  /** The ACL token's secret, or how to get it. Asked for before each request. */
  token?: string | (() => Promise<string | undefined> | string | undefined) | undefined;
  /** `user:password` for HTTP basic authentication; the address's own wins. */
  httpAuth?: string | undefined;
}

/** Files are read once, when the first connection is made. */
export interface TlsOptions {
  /** Certificates of the authorities to trust instead of the system's, as PEM. */
  caFile?: string | undefined;
  /** A folder of such files (`*.pem`, `*.crt`, `*.cer`). */
  caPath?: string | undefined;
  /** The client's certificate, as PEM; needs {@link keyFile}. */
  certFile?: string | undefined;
  /** The client's private key, as PEM. */
  keyFile?: string | undefined;
  /** The name that the server's certificate must carry, where it isn't the address's host. */
  serverName?: string | undefined;
  /** Accepts any certificate. */
  skipVerify?: boolean | undefined;
}

/** An address taken apart. */
export interface ParsedAddress {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly host: string;
  /** Empty, or a path that starts with a slash and doesn't end with one. */
  readonly pathPrefix: string;
  /** True for https. */
  readonly secure: boolean;
  /** The address without credentials, fit to be shown. */
  readonly displayAddress: string;
  /** `user:password`, decoded, if the address has it. */
  readonly basicAuth: string | undefined;
}

const example = 'http://127.0.0.1:4646';

/**
 * Takes an address apart. A page or API path that was copied along (`/ui/…`, `/v1/…`) is dropped.
 *
 * @throws {NomadError} of kind `address`
 */
export function parseAddress(text: string): ParsedAddress {
  const address = text.trim();
  if (address === '') throw wrong(`The address of Nomad is empty; it looks like ${example}.`);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  const shown = withoutCredentials(address);
  if (scheme === 'unix' || address.toLowerCase().startsWith('unix:')) {
    throw wrong(`The address "${shown}" is a Unix socket, which is not supported; use http:// or https://.`);
  }
  if (scheme === undefined) {
    throw wrong(`The address "${shown}" has no scheme; it must start with http:// or https://, as in ${example}.`);
  }
  if (scheme !== 'http' && scheme !== 'https') {
    throw wrong(`The address "${shown}" has the scheme "${scheme}"; only http and https are supported.`);
  }
  return takeApart(address, shown);
}

function takeApart(address: string, shown: string): ParsedAddress {
  let url: URL;
  let basicAuth: string | undefined;
  try {
    url = new URL(address);
    if (url.username !== '' || url.password !== '') {
      basicAuth = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    }
  } catch {
    throw wrong(`The address "${shown}" is not a valid URL; it looks like ${example}.`);
  }
  const pathPrefix = url.pathname.replace(/\/(?:ui|v1)(?:\/.*)?$/, '').replace(/\/+$/, '');
  return {
    origin: url.origin,
    host: url.host,
    pathPrefix,
    secure: url.protocol === 'https:',
    displayAddress: `${url.origin}${pathPrefix}`,
    basicAuth,
  };
}

/** An address that can't be taken apart as it may be shown: without what stands before an @. */
export function withoutCredentials(address: string): string {
  // Up to the last @, since an unescaped password may itself contain one.
  return address.replace(/^((?:[a-z][a-z0-9+.-]*:)?\/*).*@/i, '$1');
}

function wrong(message: string): NomadError {
  return new NomadError('address', message);
}
