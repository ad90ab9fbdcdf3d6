import { ClientRequest, validateHeaderName, validateHeaderValue } from 'node:http';
import type { RequestOptions } from 'node:http';
import { urlToHttpOptions } from 'node:url';

/**
 * What node-fetch uses of Node's HTTP, for the bundle, where its requests keep their agent; see `send.ts`. Importing
 * the whole module would also bundle an implementation of WebSockets.
 */
export default {
  validateHeaderName,
  validateHeaderValue,
  request: (url: string, options: RequestOptions): ClientRequest =>
    new ClientRequest({ ...urlToHttpOptions(new URL(url)), ...options }),
};
