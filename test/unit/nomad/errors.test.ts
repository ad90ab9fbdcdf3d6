import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { answerError, closeFrameKind } from '../../../src/nomad/http/answerErrors.ts';
import { NomadError, isNomadError, oneLine, serverWords } from '../../../src/nomad/http/errors.ts';
import type { NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import { networkError } from '../../../src/nomad/http/networkErrors.ts';

const plain = 'text/plain; charset=utf-8';

function refused(status: number, body: string, contentType: string | null = plain): NomadError {
  return answerError({ status, body, contentType, method: 'GET', path: '/v1/jobs', address: 'http://host:4646' });
}

describe('answerError', () => {
  const cases: [number, string, NomadErrorKind][] = [
    [403, 'Permission denied', 'denied'],
    [500, 'Permission denied', 'denied'],
    [500, 'rpc error: Permission denied', 'denied'],
    [401, 'Unauthorized', 'denied'],
    [500, 'ACL token expired', 'denied'],
    [500, 'acl token lookup failed: missing secret id', 'denied'],
    [500, 'No cluster leader', 'noLeader'],
    [500, 'rpc error: node is not the leader', 'noLeader'],
    [500, 'leadership transfer in progress', 'noLeader'],
    [500, 'Not ready to serve consistent reads', 'noLeader'],
    [500, 'rpc error: failed to get conn: dial tcp 127.0.0.1:4647: connect: connection refused', 'server'],
    [500, 'Enforcing job modify index 1: job exists with conflicting job modify index: 9', 'conflict'],
    [500, 'Current job has version 4; enforcing version 1', 'conflict'],
    [409, '{"Path":"x"}', 'conflict'],
    [404, 'job not found', 'notFound'],
    [404, 'Unknown allocation "x"', 'notFound'],
    [404, '', 'unsupported'],
    [405, 'Invalid method', 'unsupported'],
    [501, 'Nomad Enterprise only endpoint', 'unsupported'],
    [500, 'Enterprise only', 'unsupported'],
    [400, 'Job must be specified', 'rejected'],
    [500, 'deployment not found', 'rejected'],
    [500, 'Unknown job "x"', 'rejected'],
    [500, '1 error occurred:\n\t* Missing job task groups\n\n', 'rejected'],
    [500, "can't promote terminal deployment", 'rejected'],
    [500, 'No path to region', 'rejected'],
    [500, 'alloc lookup failed: index error: UUID must be 36 characters', 'rejected'],
    [500, 'job "x" is in nonexistent namespace "y"', 'rejected'],
    [500, 'unexpected EOF', 'server'],
    [500, 'failed to start command: fork/exec /x: permission denied', 'rejected'],
    [503, 'upstream unavailable', 'server'],
    [413, 'too big', 'tooLarge'],
    [429, 'Your IP is issuing too many concurrent connections', 'tooManyRequests'],
    [400, 'Client sent an HTTP request to an HTTPS server.', 'tls'],
    [404, '404 page not found\n', 'notNomad'],
    [404, '{"message":"no Route matched"}', 'notNomad'],
  ];
  for (const [status, body, kind] of cases) {
    it(`calls ${String(status)} ${JSON.stringify(body.slice(0, 50))} ${kind}`, () => {
      assert.equal(refused(status, body).kind, kind);
    });
  }

  it('says of a write whose server went away meanwhile that it may be done', () => {
    for (const body of ['rpc error: EOF', 'EOF', 'rpc error: leadership lost while committing log']) {
      const write = { status: 500, body, contentType: plain, method: 'POST', path: '/v1/jobs', address: 'http://host' };
      const { kind, message, body: words } = answerError(write);
      assert.equal(kind, 'server');
      assert.equal(
        message,
        `Nomad lost the server that was to do it, so it may be done or not: ${body.replace('rpc error: ', '')}`,
      );
      // A person is shown the server's words alone where there are some.
      assert.equal(words, undefined);
      assert.match(refused(500, body).message, /^Nomad lost the server that was to answer: /);
    }
  });

  it('names the title of a page that is not of Nomad', () => {
    const error = refused(502, '<html><title>502 Bad\nGateway</title></html>', 'text/html');
    assert.equal(error.kind, 'notNomad');
    assert.match(error.message, /HTTP 502, a page titled "502 Bad Gateway"/);
    assert.equal(error.status, 502);
  });

  it('takes the restart of a task that is not there for a refusal', () => {
    assert.equal(refused(500, 'Could not find task runner for task: x').kind, 'rejected');
  });

  it('carries the words of the server without the prefixes of forwarded errors', () => {
    const error = refused(500, 'rpc error: RPC Error:: 400,RPC Error:: 400,invalid path "a.b"');
    assert.equal(error.body, 'invalid path "a.b"');
    assert.equal(error.message, 'Nomad refused the request: invalid path "a.b"');
    assert.equal(
      serverWords('rpc error: code = Unknown desc = failed to start command: x'),
      'failed to start command: x',
    );
  });

  it('reads how long to wait', () => {
    const answer = { status: 429, body: '', method: 'GET', path: '/v1/jobs', address: 'http://host' };
    assert.equal(answerError({ ...answer, retryAfter: '3' }).retryAfterMs, 3000);
    assert.equal(answerError(answer).retryAfterMs, undefined);
  });

  it('makes one sentence of several lines and control characters', () => {
    assert.equal(oneLine('a\n\t* b\u001b[31m c\n\n'), 'a * b c');
    assert.ok(refused(500, 'x'.repeat(100_000)).message.length < 400);
    assert.ok((refused(500, 'x'.repeat(100_000)).body ?? '').length < 20_000);
  });
});

describe('closeFrameKind', () => {
  it('tells the reasons of close frames apart', () => {
    assert.equal(closeFrameKind(1011, 'Permission denied'), 'denied');
    assert.equal(closeFrameKind(1008, 'rpc error: Permission denied'), 'denied');
    assert.equal(closeFrameKind(1008, 'Unknown allocation "x"'), 'notFound');
    assert.equal(closeFrameKind(1011, 'task not found'), 'rejected');
    assert.equal(closeFrameKind(1008, 'task "t" is not running.'), 'rejected');
    assert.equal(closeFrameKind(1011, 'plugin is shut down'), 'server');
  });
});

describe('isNomadError', () => {
  it('knows its own and those of another copy of this module', () => {
    const other = Object.assign(new Error('x'), { name: 'NomadError', kind: 'denied' });
    assert.ok(isNomadError(new NomadError('tls', 'x'), 'tls', 'dns'));
    assert.ok(isNomadError(other, 'denied'));
    assert.ok(!isNomadError(other, 'tls'));
    assert.ok(!isNomadError(new Error('x')));
    assert.ok(!isNomadError(undefined));
  });
});

describe('networkError', () => {
  const facts = { method: 'GET', path: '/v1/jobs', address: 'https://host:4646', host: 'host:4646' };
  const cases: [string, string, NomadErrorKind, RegExp][] = [
    ['ENOTFOUND', '', 'dns', /host:4646 could not be found/],
    ['EAI_AGAIN', '', 'dns', /could not be found/],
    ['ECONNREFUSED', '', 'refused', /refused/],
    ['EHOSTUNREACH', '', 'unreachable', /EHOSTUNREACH/],
    ['ECONNRESET', 'socket hang up', 'closed', /without an answer/],
    ['HPE_INVALID_CONSTANT', '', 'notNomad', /not HTTP/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', '', 'tls', /self-signed/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '', 'tls', /not trusted/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', '', 'tls', /another name/],
    ['CERT_HAS_EXPIRED', '', 'tls', /expired/],
    ['EPROTO', 'write EPROTO error:0A00010B:SSL routines:ssl3_get_record:wrong version number', 'tls', /http:\/\//],
    ['ERR_SSL_WRONG_VERSION_NUMBER', '', 'tls', /does not speak TLS/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', '', 'tls', /asks for a client certificate/],
    ['EPROTO', 'sslv3 alert handshake failure: SSL alert number 40', 'tls', /asks for a client certificate/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', '', 'tls', /does not accept the client certificate/],
    ['ERR_SSL_NEW_ONE', '', 'tls', /failed \(ERR_SSL_NEW_ONE\)/],
    ['Z_DATA_ERROR', '', 'decode', /decompressed/],
    ['EWHATEVER', '', 'unreachable', /EWHATEVER/],
  ];
  for (const [code, message, kind, sentence] of cases) {
    it(`calls ${code} ${kind}`, () => {
      const error = networkError(Object.assign(new Error(message), { code }), facts);
      assert.equal(error.kind, kind);
      assert.match(error.message, sentence);
      assert.equal(error.code, code);
    });
  }

  it('looks into the error of a host with several addresses', () => {
    const inner = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    assert.equal(networkError(new AggregateError([inner]), facts).kind, 'refused');
  });
});
