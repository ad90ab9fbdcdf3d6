import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { chooseRelay, hostFor, readProbe } from '../../../../src/operations/ports/relays.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0500000A:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
   2: 0100007F:9C40 0100007F:1F91 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0
  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   1: 00000000000000000000000001000000:0BB9 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
`;

const probe = (programs: readonly string[], help = '', tcp = table) =>
  readProbe(`${programs.map((one) => `${one}\n`).join('')}nomad-workbench:help\n${help}\nnomad-workbench:tcp\n${tcp}`);

describe('a relay in a task', () => {
  it('connects to the address that something listens on', () => {
    const found = probe(['bash']);
    assert.deepEqual(hostFor(8080, found), { host: '127.0.0.1', isListening: true });
    assert.deepEqual(hostFor(80, found), { host: '10.0.0.5', isListening: true });
    assert.deepEqual(hostFor(3000, found), { host: '127.0.0.1', isListening: true });
    assert.deepEqual(hostFor(3001, found), { host: '::1', isListening: true });
    // A connection that is open is nobody who listens.
    assert.deepEqual(hostFor(40_000, found), { host: '127.0.0.1', isListening: false });
    assert.deepEqual(hostFor(80, probe([], '', '')), { host: '127.0.0.1', isListening: true });
  });

  it('is the one that passes on most', () => {
    const name = (programs: readonly string[], help?: string) => chooseRelay(probe(programs, help))?.name;
    assert.equal(name(['socat', 'nc', 'perl', 'bash'], 'OpenBSD netcat (Debian patchlevel 1)'), 'perl');
    assert.equal(
      name(['nc', 'busybox', 'bash'], "nc: invalid option -- 'h'\nBusyBox v1.36.1 () multi-call binary."),
      'nc (BusyBox)',
    );
    assert.equal(name(['ncat', 'socat']), 'ncat');
    assert.equal(name(['nc', 'socat'], 'Ncat 7.93 ( https://nmap.org/ncat )'), 'ncat');
    assert.equal(name(['socat', 'bash']), 'bash');
    assert.equal(name(['ncat', 'bash']), 'bash');
    assert.equal(name(['socat', 'nc'], 'OpenBSD netcat'), 'socat');
    assert.equal(name(['nc'], '[v1.10-47]'), 'nc');
    assert.equal(name([]), undefined);
  });

  it('says what it can’t do', () => {
    assert.match(chooseRelay(probe(['socat']))?.limit ?? '', /^It doesn’t tell when/);
    assert.match(chooseRelay(probe(['ncat']))?.limit ?? '', /^It doesn’t tell when/);
    assert.match(chooseRelay(probe(['bash']))?.limit ?? '', /only one direction/);
    assert.equal(chooseRelay(probe(['perl']))?.limit, undefined);
  });

  it('is given its host and port as words of their own', () => {
    for (const one of ['perl', 'busybox', 'ncat', 'bash']) {
      assert.deepEqual(
        chooseRelay(probe([one]))
          ?.command('::1', 80)
          .slice(-2),
        ['::1', '80'],
      );
    }
    assert.equal(
      chooseRelay(probe(['socat']))
        ?.command('::1', 80)
        .at(-1),
      'TCP6:[::1]:80',
    );
    assert.equal(
      chooseRelay(probe(['socat']))
        ?.command('10.0.0.5', 80)
        .at(-1),
      'TCP4:10.0.0.5:80',
    );
  });
});
