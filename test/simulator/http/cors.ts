import type { IncomingMessage, ServerResponse } from 'node:http';

/** The only paths that a page of another origin may read. */
const shared = /^\/v1\/(client\/(fs|allocation|stats|metadata|identity)(\/|$)|vars$|var\/)/;
const asked = 'Access-Control-Request-Method';

/**
 * Adds what a browser asks for, on the paths where Nomad does.
 *
 * @returns true when that was a preflight request, and is answered
 */
export function allowOrigins(request: IncomingMessage, response: ServerResponse, path: string): boolean {
  if (!shared.test(path)) return false;
  const {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': headers,
  } = request.headers;
  const isPreflight = request.method === 'OPTIONS' && method !== undefined;
  const vary = ['Accept-Encoding', 'Origin', ...(isPreflight ? [asked, 'Access-Control-Request-Headers'] : [])];
  response.setHeader('Vary', vary.join(', '));
  const wanted = isPreflight ? method : request.method;
  if (origin !== undefined && (wanted === 'GET' || wanted === 'HEAD')) {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    if (isPreflight) {
      response.setHeader('Access-Control-Allow-Methods', method);
      if (headers !== undefined) response.setHeader('Access-Control-Allow-Headers', headers);
    }
  }
  if (!isPreflight) return false;
  response.writeHead(204);
  response.end();
  return true;
}
