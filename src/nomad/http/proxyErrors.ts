import type { Proxy } from '../../base/proxies.ts';
import { NomadError, oneLine } from './errors.ts';

/** The error of a proxy that could not be reached, or does not speak HTTP. `cause` is what the network said. */
export function proxyFailed(proxy: Proxy, cause: unknown): NomadError {
  const code = codeOf(cause);
  const said = code === '' ? '' : ` (${oneLine(code, 60)})`;
  if (code.startsWith('HPE_')) return proxyError(proxy, `does not answer as a proxy${said}`, { code });
  if (/^(?:ERR_TLS_|ERR_SSL_|EPROTO|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_|HOSTNAME_)/.test(code)) {
    return proxyError(proxy, `could not be trusted, or does not speak TLS${said}`, { code });
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return proxyError(proxy, `closed the connection without an answer${said}`, { code });
  }
  const reason = { ECONNREFUSED: ': the connection was refused', ENOTFOUND: ': there is no such host' }[code] ?? '';
  return proxyError(proxy, `can't be reached${reason}${said}`, { code });
}

/** The error of a proxy that answered, instead of leading to `host`. */
export function proxyRefused(proxy: Proxy, status: number, host: string): NomadError {
  const said = `(HTTP ${String(status)})`;
  if (status === 407) {
    const what = proxy.authorization === undefined ? 'asks for a user name and password' : 'takes other credentials';
    return proxyError(proxy, `${what} ${said}`, { status });
  }
  if (status === 403) return proxyError(proxy, `does not allow connections to ${host} ${said}`, { status });
  const failed = status >= 500 ? 'could not reach' : 'does not lead to';
  return proxyError(proxy, `${failed} ${host} ${said}`, { status });
}

/** The error of a proxy that says nothing. */
export function proxySilent(proxy: Proxy, limitMs: number): NomadError {
  return proxyError(proxy, `did not answer within ${String(Math.round(limitMs / 100) / 10)} s`, {});
}

function proxyError(proxy: Proxy, what: string, details: { code?: string; status?: number }): NomadError {
  return new NomadError('unreachable', `The proxy ${proxy.shown} ${what}. ${proxy.advice}`, details);
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof AggregateError ? codeOf(cause.errors[0]) : codeOf(cause.cause);
}
