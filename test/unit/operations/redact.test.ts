import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { redactedText, withoutSecretValues } from '../../../src/operations/incident/redact.ts';

describe('what is handed to others', () => {
  it('has no value of a field or variable whose name looks secret, however deep it is', () => {
    const job = {
      ID: 'web',
      TaskGroups: [
        {
          Tasks: [
            {
              Env: { DB_PASSWORD: 'hunter2', API_TOKEN: 'hunter2', LOG_LEVEL: 'debug', EMPTY_SECRET: '' },
              Config: { auth: [{ username: 'me', password: 'hunter2' }], port: 80 },
              Artifacts: [{ GetterOptions: { sshkey: 'hunter2' } }],
            },
          ],
        },
      ],
      Meta: { owner: 'shop', 'private-key': 'hunter2' },
    };
    const shown = withoutSecretValues(job) as typeof job;
    assert.doesNotMatch(JSON.stringify(shown), /hunter2/);
    const [task] = shown.TaskGroups[0]?.Tasks ?? [];
    assert.deepEqual(task?.Env, {
      DB_PASSWORD: '(redacted)',
      API_TOKEN: '(redacted)',
      LOG_LEVEL: 'debug',
      EMPTY_SECRET: '',
    });
    assert.deepEqual([task.Config.port, task.Config.auth[0]?.username, shown.Meta.owner], [80, 'me', 'shop']);
  });

  it('has none of the identities that Nomad signed', () => {
    const shown = withoutSecretValues({ ID: 'x', SignedIdentities: { server: { default: 'eyJhbGciOi' } } });
    assert.deepEqual(shown, { ID: 'x', SignedIdentities: '(redacted)' });
  });

  it('has no password of an address, and no value of a line that names a secret', () => {
    for (const [text, wanted] of [
      ['postgres://app:hunter2@db:5432/shop', 'postgres://app:(redacted)@db:5432/shop'],
      ['https://example.com/a:b@c', 'https://example.com/a:b@c'],
      ['export DB_PASS=hunter2', 'export DB_PASS=(redacted)'],
      ['one\n  "api_key": "hunter2",\ntwo', 'one\n  "api_key": (redacted)\ntwo'],
      ['level=info msg=ready', 'level=info msg=ready'],
      ['password:', 'password:'],
      ['12:03:04 listening', '12:03:04 listening'],
    ] as const) {
      assert.equal(redactedText(text), wanted);
    }
    const template = { EmbeddedTmpl: 'PORT=80\nSECRET={{ with secret "kv" }}x{{ end }}\n' };
    assert.deepEqual(withoutSecretValues(template), { EmbeddedTmpl: 'PORT=80\nSECRET=(redacted)\n' });
  });

  it('is what it was otherwise', () => {
    for (const value of [null, true, 3, [], {}, 'text', [{ a: null, b: [1, 'two'] }]]) {
      assert.deepEqual(withoutSecretValues(value), value);
    }
  });
});
