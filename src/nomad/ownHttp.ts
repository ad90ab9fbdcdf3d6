import * as http from 'node:http';
import type { RequestOptions } from 'node:http';
import { urlToHttpOptions } from 'node:url';

/** Node's HTTP for node-fetch in the bundle, whose requests keep their agent; see `send.ts`. */
export default {
  ...http,
  request: (url: string, options: RequestOptions): http.ClientRequest =>
    new http.ClientRequest({ ...urlToHttpOptions(new URL(url)), ...options }),
};
