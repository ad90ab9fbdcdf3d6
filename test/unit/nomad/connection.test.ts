import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseAddress } from '../../../src/nomad/http/connection.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';

function refused(address: string): string {
  try {
    parseAddress(address);
  } catch (error) {
    assert.ok(isNomadError(error, 'address'));
    return error.message;
  }
  throw new Error(`${address} was accepted`);
}

describe('parseAddress', () => {
  it('takes a plain address apart', () => {
    assert.deepEqual(parseAddress(' http://127.0.0.1:4646 '), {
      origin: 'http://127.0.0.1:4646',
      host: '127.0.0.1:4646',
      pathPrefix: '',
      secure: false,
      displayAddress: 'http://127.0.0.1:4646',
      basicAuth: undefined,
    });
  });

  it('keeps a path prefix, without its last slash', () => {
    const parsed = parseAddress('https://ops.example/nomad/');
    assert.equal(parsed.pathPrefix, '/nomad');
    assert.equal(parsed.displayAddress, 'https://ops.example/nomad');
    assert.equal(parsed.secure, true);
  });

  it('drops a page of the web interface that was copied along', () => {
    assert.equal(parseAddress('http://127.0.0.1:4646/ui/jobs?namespace=x').displayAddress, 'http://127.0.0.1:4646');
    assert.equal(parseAddress('http://127.0.0.1/nomad/v1/jobs').displayAddress, 'http://127.0.0.1/nomad');
  });

  it('takes credentials out of what is shown', () => {
    const parsed = parseAddress('https://ann:p%40ss@nomad.example');
    assert.equal(parsed.basicAuth, 'ann:p@ss');
    assert.equal(parsed.displayAddress, 'https://nomad.example');
  });

  it('says what is wrong', () => {
    assert.match(refused('  '), /is empty/);
    assert.match(refused('127.0.0.1:4646'), /"127\.0\.0\.1:4646" has no scheme/);
    assert.match(refused('localhost:4646'), /has no scheme/);
    assert.match(refused('ftp://nomad.example'), /scheme "ftp"/);
    assert.match(refused('unix:///run/nomad/api.sock'), /Unix socket/);
    assert.match(refused('http://'), /not a valid URL/);
    assert.match(refused('http://host:99999'), /not a valid URL/);
  });

  it('shows no password of an address that it refuses', () => {
    for (const address of [
      'ann:secret@nomad.example',
      'ftp://ann:secret@nomad.example',
      'http://a:secret@host:99999',
    ]) {
      assert.doesNotMatch(refused(address), /secret/);
    }
  });
});
