import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { clusterId, type ClusterId } from '../../../src/state/clusters/clusterId.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { changesOf, contentHash, contentParts, ticketFits } from '../../../src/operations/ticket.ts';
import type { PlanContent, PlanTicket } from '../../../src/operations/ticket.ts';
import { makeJob } from '../state/build.ts';

const prod = clusterId('https://prod-eu:4646', undefined);

const content: PlanContent = {
  ...{ text: 'job "web" {}', variables: 'a = 1', address: 'http://127.0.0.1:4646', namespace: 'default' },
};

const ticket: PlanTicket = {
  ...{ jobKey: jobKey('default', 'web'), job: makeJob(), jobModifyIndex: 7, contentHash: contentHash(content) },
  place: { namespace: 'default', region: undefined },
  ...{ mark: undefined, parts: contentParts(content) },
  submission: { Source: content.text, Format: 'hcl2' },
  ...{ cluster: prod, atMs: 0, summary: '', destructive: false, placeable: true, variableFiles: [], warnings: '' },
};

describe('plan ticket', () => {
  it('fits what it was made of', () => {
    assert.ok(ticketFits(ticket, { ...content, cluster: prod }));
    assert.ok(ticketFits(ticket, { ...content, region: undefined }));
  });

  it('fits nothing else', () => {
    const others: Partial<PlanContent & { cluster: ClusterId }>[] = [
      { text: 'job "web" { }' },
      { variables: 'a = 2' },
      { variables: undefined },
      { address: 'http://127.0.0.1:4647' },
      { namespace: 'team-a' },
      { region: 'eu' },
      { credentials: 'another token' },
      { cluster: clusterId('https://prod-us:4646', undefined) },
    ];
    for (const other of others) assert.ok(!ticketFits(ticket, { ...content, ...other }), JSON.stringify(other));
  });

  it('does not take text for variables', () => {
    const moved = { ...content, text: content.text + 'a = 1', variables: '' };
    assert.notEqual(contentHash(moved), contentHash(content));
  });

  it('takes variables by name in any order', () => {
    const one = contentHash({ ...content, variables: { a: '1', b: '2' } });
    assert.equal(one, contentHash({ ...content, variables: { b: '2', a: '1' } }));
    assert.notEqual(one, contentHash({ ...content, variables: { a: '2', b: '1' } }));
  });

  it('tells what changed since, and of a secret only that it did', () => {
    const since = (other: Partial<PlanContent>) =>
      changesOf(contentParts(content), contentParts({ ...content, ...other }));
    assert.deepEqual(since({}), []);
    assert.deepEqual(since({ text: 'job "web" { }' }), ['the jobspec']);
    assert.deepEqual(since({ variables: 'a = 2' }), ['the variables of the jobspec']);
    assert.deepEqual(since({ namespace: '*' }), ['the namespace that is shown (then default, now *)']);
    assert.deepEqual(since({ region: 'eu' }), ['the region in the settings (then none, now eu)']);
    assert.deepEqual(since({ credentials: 'hush' }), ['the token']);
    assert.deepEqual(since({ address: 'http://10.0.0.1:4646', credentials: 'hush' }), [
      'the address (then http://127.0.0.1:4646, now http://10.0.0.1:4646)',
    ]);
    assert.doesNotMatch(JSON.stringify(contentParts({ ...content, variables: 'hush', credentials: 'hush' })), /hush/);
  });
});
