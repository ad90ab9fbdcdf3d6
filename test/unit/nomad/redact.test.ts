import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import { NomadClient } from '../../../src/nomad/client.ts';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import { redact } from '../../../src/nomad/http/redact.ts';
import { closedWith, run } from './execServer.ts';
import { afterTest, serve, text } from './servers.ts';

const token = '5ec4e700-0000-4000-8000-00000000beef';
const awkward = 'pä"ss/w\\ord+ <&\'>=\n🚀%41';

const base64 = (value: string) => Buffer.from(value, 'utf8').toString('base64');
const base64url = (value: string) => Buffer.from(value, 'utf8').toString('base64url');
const entities = (value: string) => Array.from(value, (each) => `&#${String(each.codePointAt(0))};`).join('');
const html = (value: string) =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;');
const escapes = (value: string) =>
  Array.from({ length: value.length }, (_, at) => `\\u${value.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

/** How a server may write what it was sent. */
const spellings: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'as JSON': (secret) => JSON.stringify(secret),
  'as JSON within JSON': (secret) => JSON.stringify(JSON.stringify(secret)),
  'as JSON of Go': (secret) => JSON.stringify(secret).replace(/[<>&]/g, (each) => escapes(each)),
  'as JSON with every character escaped': escapes,
  'in a URL': encodeURIComponent,
  'in a form': (secret) => new URLSearchParams({ a: secret }).toString(),
  'in a URL within a URL': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'in a URL in lower case': (secret) => encodeURIComponent(secret).toLowerCase(),
  'in a URL with every byte encoded': (secret) =>
    [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'in HTML': html,
  'in HTML with names': (secret) => html(secret).replaceAll('&#34;', '&quot;').replaceAll('&#39;', '&apos;'),
  'in HTML with every character escaped': entities,
  'in base64': base64,
  'in base64 without padding': (secret) => base64(secret).replace(/=+$/, ''),
  'in base64 for URLs': base64url,
  'in base64 in a URL': (secret) => encodeURIComponent(base64(secret)),
};

describe('A secret', () => {
  for (const secret of [token, awkward]) {
    for (const [how, spell] of Object.entries(spellings)) {
      it(`is not shown ${how}: ${JSON.stringify(secret.slice(0, 4))}`, () => {
        const written = spell(secret);
        const shown = redact(`before ${written} after`, [secret]);
        assert.match(shown, /^before .{0,5}\[redacted\].{0,5} after$/u, shown);
      });
    }
  }

  it('is not shown within base64, whatever comes before and after it', () => {
    for (const before of ['', 'a', 'ab', 'abc', 'ann:', 'anna:']) {
      for (const after of ['', '1', '12', '123']) {
        for (const encode of [base64, base64url]) {
          const shown = redact(`Basic ${encode(before + token + after)}.`, [token]);
          const rest = Buffer.from(shown.replace(/^Basic |\[redacted\]|\.$/g, ''), 'base64').toString('latin1');
          assert.match(shown, /\[redacted\]/);
          assert.doesNotMatch(rest, /ec4e|beef|0000/);
        }
      }
    }
  });

  it('is not shown where the text ends within it', () => {
    assert.equal(redact(`no token ${token.slice(0, 20)}`, [token]), 'no token [redacted]');
    assert.equal(redact('the 5ec', [token]), 'the 5ec');
  });

  it('of any length and form is found, and nothing else', () => {
    const long = 'x y'.repeat(20_000);
    assert.equal(redact(`a ${long} b`, [long]), 'a [redacted] b');
    assert.equal(redact('a.c abc', ['a.c']), '[redacted] abc');
    assert.equal(redact('nothing of it', [token, awkward, '\ud800half', '']), 'nothing of it');
    assert.equal(redact('$& and $1', ['and']), '$& [redacted] $1');
  });
});

describe('A server that repeats what it was sent', () => {
  const repeat = (secret: string) =>
    Object.values(spellings)
      .map((spell) => spell(secret))
      .join(' | ');
  const isClean = (shown: string, secret: string) => {
    for (const [how, spell] of Object.entries(spellings)) assert.ok(!shown.includes(spell(secret)), `${how}: ${shown}`);
  };

  it('does not have a token or a password shown, in errors of any kind', async () => {
    const password = 'hunter2-hunter2';
    const server = await serve(({ path }, response) => {
      const said = `${repeat(token)} ${repeat(password)} ${base64(`ann:${password}`)}`;
      if (path === '/v1/jobs') text(response, 500, said);
      else if (path === '/v1/nodes') text(response, 404, `<html><title>${said}</title>`);
      else text(response, 302, '', { Location: `http://${token}.example/?${encodeURIComponent(password)}` });
    });
    const client = new NomadClient({ address: server.address, token, httpAuth: `ann:${password}` });
    afterTest(() => {
      client.dispose();
    });
    for (const call of [client.jobs.list(), client.nodes.list(), client.deployments.list()]) {
      await call.then(
        () => assert.fail('No error'),
        (error: unknown) => {
          assert.ok(isNomadError(error));
          const shown = `${error.message} ${error.body ?? ''} ${error.stack ?? ''}`;
          isClean(shown, token);
          isClean(shown, password);
        },
      );
    }
  });

  it('does not have the value of a variable shown', async () => {
    const server = await serve((_, response) => {
      text(response, 400, repeat(awkward));
    });
    const client = new FullNomadClient({ address: server.address });
    afterTest(() => {
      client.dispose();
    });
    await client.variables.write('a', { key: awkward }).then(
      () => assert.fail('No error'),
      (error: unknown) => {
        assert.ok(isNomadError(error, 'rejected'));
        isClean(`${error.message} ${error.body ?? ''}`, awkward);
      },
    );
  });

  it('does not have a token shown that a close frame cuts', async () => {
    const sent = '5ec4e700-0000-4000-8000-00000000beef';
    const reason = `${'x'.repeat(100)} ${sent}`.slice(0, 122);
    const { session } = await run((socket, frame) => {
      if (frame === 'open') socket.close(1011, reason);
    });
    const end = await closedWith(session.ended);
    assert.doesNotMatch(`${end.message} ${end.body ?? ''}`, /5ec4e7/);
  });
});
