import type { Server as HttpServer, RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type Server, type Socket, createServer } from 'node:net';
import type { TlsOptions } from './server.ts';

/** What Go takes for the begin of a plain request: the first five bytes. */
const plainStarts = ['GET /', 'HEAD ', 'POST ', 'PUT /', 'OPTIO'];
const refusal = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

export function createTlsServer(
  { key, cert, ca, requestCert = false }: TlsOptions,
  options: { readonly maxHeaderSize: number },
  handler: RequestListener,
): HttpServer {
  return createHttpsServer(
    {
      ...options,
      key,
      // Given twice, OpenSSL does not send the authority along with it, which Go does not either.
      cert: `${cert}\n${cert}`,
      ...(ca === undefined ? {} : { ca }),
      requestCert,
      rejectUnauthorized: requestCert,
      minVersion: 'TLSv1.2',
    },
    handler,
  );
}

/** A server that hands its connections to `server`, and tells those who speak plain HTTP that it is an HTTPS one. */
export function refusePlainRequests(server: HttpServer): Server {
  return createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first: Buffer) => {
      if (plainStarts.includes(first.toString('latin1', 0, 5))) {
        socket.end(refusal);
        return;
      }
      socket.pause();
      socket.unshift(first);
      server.emit('connection', socket);
    });
  });
}
