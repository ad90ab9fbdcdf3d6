import {
  exceptionsOf,
  isExcepted,
  isLoopback,
  namesProxy,
  parseProxy,
  straight,
  wayOfEnvironment,
} from '../base/proxies.ts';
import type { Environment, Way } from '../base/proxies.ts';

/** The editor's settings for proxies, as they are in force. */
export interface ProxySettings {
  readonly proxy: string;
  readonly noProxy: readonly string[];
  readonly support: string;
  readonly strictSsl: boolean;
  readonly authorization: string | undefined;
}

/** The settings that {@link ProxySettings} are read from. */
export const proxySettingNames = [
  'http.proxy',
  'http.noProxy',
  'http.proxySupport',
  'http.proxyStrictSSL',
  'http.proxyAuthorization',
] as const;

/**
 * The way to a server by the editor's settings, in the order in which the editor reads them: `http.noProxy`, or else
 * `NO_PROXY`, then `http.proxy`, then the environment. Where nothing of it names a proxy, the system may: that is known
 * to the editor alone, as is the way through a proxy of another kind than HTTP.
 */
export function wayOfSettings(settings: ProxySettings, environment: Environment, url: URL): Way {
  if (settings.support === 'off' || isLoopback(url)) return straight;
  // The editor takes a domain with a dot in front for the domain, too.
  const ownExceptions = settings.noProxy.map((one) => one.trim().replace(/^\./, ''));
  const exceptions = ownExceptions.length > 0 ? ownExceptions : exceptionsOf(environment);
  if (isExcepted(exceptions, url)) return straight;
  const { proxy, authorization, strictSsl: strict } = settings;
  const isSet = proxy.trim() !== '';
  const way = isSet
    ? parseProxy(proxy, { name: 'http.proxy', exception: 'http.noProxy', authorization, strict })
    : wayOfEnvironment({ ...environment, NO_PROXY: undefined, no_proxy: undefined }, url);
  const isSystems = !isSet && !namesProxy(environment);
  return isSystems || (way.kind === 'none' && way.scheme?.startsWith('socks') === true) ? { kind: 'editor' } : way;
}
