import type { Difference } from './difference.ts';

export const securedDifferences: readonly Difference[] = [
  {
    scenario: 's15-acl',
    step: 'anonymous /v1/metrics',
    line: /^\.(?:Counters|Gauges|Samples): /,
    reason: 'An agent counts what goes on inside it, nearly all of which the simulator has no inside for.',
  },
  {
    scenario: 's15-acl',
    version: '2.0.5',
    step: 'anonymous /.well-known/jwks.json',
    line: /^(?:status: 404|header (?:content-type|x-nomad-\w+): missing) instead of /,
    reason: 'Tasks get no signed identities, so there are no keys to check them with.',
  },
  {
    scenario: 's15-acl',
    step: '/ui without token',
    line: /^(?:status: 404|header content-type: missing) instead of /,
    reason: 'There is no web interface.',
  },
  {
    scenario: 's15-acl',
    step: /^(?:reader|submit-no-exec): stats$/,
    line: /^\.Tasks\.server\.Pids: null instead of object$/,
    reason: 'Processes are not told one by one.',
  },
  {
    scenario: 's16-tls',
    step: 'self-signed client cert',
    line: /^error: "ECONNRESET" instead of "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA"$|^(?:message|reason): /,
    reason: 'The TLS server of Node looks at a certificate after the handshake, and hangs up without an alert.',
  },
];
