import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readable } from '../../../src/wording/plan/planDuration.ts';

describe('durations of a plan', () => {
  it('read as in a jobspec, to the nanosecond', () => {
    const texts = ['0', '1', '1500', '250000000', '1500000000', '90000000000', '3600000000000', '86400000000000'];
    assert.deepEqual(
      texts.map((text) => readable(text, 'Interval', 'RestartPolicy')),
      ['0s', '1ns', '1µs500ns', '250ms', '1s500ms', '1m30s', '1h', '24h'],
    );
  });

  it('are told by what they are, not by how large they are', () => {
    const value = '5000000000';
    assert.equal(readable(value, 'Min', 'Wait'), '5s');
    assert.equal(readable(value, 'Min', 'Scaling'), value);
    assert.equal(readable(value, 'MemoryMB', 'Resources'), value);
    assert.equal(readable(value, 'Timeout', 'Config'), value);
    assert.equal(readable('', 'Timeout', 'Check'), '');
    assert.equal(readable('${meta.wait}', 'Timeout', 'Check'), '${meta.wait}');
  });
});
