/** A program in a task that passes bytes on between its own input and output and a TCP connection. */
export interface Relay {
  /** For people: `socat`. */
  readonly name: string;
  /** What it can't do, in a sentence without its full stop. */
  readonly limit?: string | undefined;
  /** The command that connects to `host:port` within the allocation. */
  command(host: string, port: number): readonly string[];
}

/** What was found in a task. */
export interface Found {
  /** Names of programs. */
  readonly programs: ReadonlySet<string>;
  /** How its nc presents itself. */
  readonly ncHelp: string;
  /** Addresses that something listens on, by port; undefined where that can't be seen. */
  readonly listeners: ReadonlyMap<number, readonly string[]> | undefined;
}

/** Lines of a relay's stderr that are for us: the ids of its processes, and that the other side has ended its output. */
export const pidMark = 'nomad-workbench:pid';
export const endMark = 'nomad-workbench:end';

const noEnd = 'It doesn’t tell when the program behind the port closes a connection';
const helpMark = 'nomad-workbench:help';
const tcpMark = 'nomad-workbench:tcp';
/** The state of a socket that waits for connections, in the kernel's table. */
const listening = '0A';
const candidates = ['socat', 'ncat', 'nc', 'busybox', 'perl', 'bash'];

/** Says which of the programs are there, how nc presents itself and what listens. */
export const probeCommand: readonly string[] = [
  '/bin/sh',
  '-c',
  `for p in ${candidates.join(' ')}; do command -v "$p" >/dev/null 2>&1 && echo "$p"; done
echo ${helpMark}; nc -h </dev/null 2>&1 | head -n 5
echo ${tcpMark}; set -- /proc/net/tcp /proc/net/tcp6
grep -h -e local_address -e ' ${listening} ' "$@" 2>/dev/null || cat "$@" 2>/dev/null; exit 0`,
];

/** Reads what {@link probeCommand} said. */
export function readProbe(output: string): Found {
  const [programs = '', rest = ''] = output.split(`${helpMark}\n`);
  const [ncHelp = '', tcp = ''] = rest.split(`${tcpMark}\n`);
  const names = programs.split('\n').filter((name) => candidates.includes(name));
  return {
    programs: new Set(names),
    ncHelp,
    listeners: tcp.includes('local_address') ? readListeners(tcp) : undefined,
  };
}

function readListeners(table: string): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const line of table.split('\n')) {
    const match = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /.exec(line);
    if (match?.[3] !== listening) continue;
    const port = Number.parseInt(match[2] ?? '', 16);
    found.set(port, [...(found.get(port) ?? []), addressOf(match[1] ?? '')]);
  }
  return found;
}

/** The kernel writes each four bytes of an address as a number of the machine, which is little-endian nearly everywhere. */
function addressOf(hex: string): string {
  const bytes = [...hex.matchAll(/.{8}/g)].flatMap(([word]) => [...Buffer.from(word, 'hex')].reverse());
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
  );
  const text = groups.join(':');
  if (text === '0:0:0:0:0:0:0:0') return '::';
  return text === '0:0:0:0:0:0:0:1' ? '::1' : text;
}

/** Where to connect to within the allocation: what listens there may do so on one of its addresses only. */
export function hostFor(port: number, { listeners }: Found): { readonly host: string; readonly isListening: boolean } {
  const addresses = listeners?.get(port) ?? [];
  const loopback = addresses.some((one) => one === '0.0.0.0' || one === '::' || one.startsWith('127.'));
  if (loopback || addresses.length === 0) {
    return { host: '127.0.0.1', isListening: listeners === undefined || addresses.length > 0 };
  }
  return { host: addresses[0] ?? '127.0.0.1', isListening: true };
}

/**
 * The best relay that a task has: the first ones pass the end of either direction on. Of the others, one that tells of a
 * connection that was closed comes first, since programs wait for that more often than for the end of one direction.
 */
export function chooseRelay({ programs, ncHelp }: Found): Relay | undefined {
  const nc = ncKind(programs, ncHelp);
  if (programs.has('perl')) return perl;
  if (nc === 'BusyBox') return netcat('nc (BusyBox)', 'nc');
  if (programs.has('busybox')) return busybox;
  if (programs.has('bash')) return bash;
  // It ends what it writes with its other side, and itself only with its input.
  if (programs.has('ncat') || nc === 'Ncat')
    return { ...netcat('ncat', programs.has('ncat') ? 'ncat' : 'nc'), limit: noEnd };
  if (programs.has('socat')) return socat;
  if (nc === 'OpenBSD') return { ...netcat('nc', 'nc -N'), limit: noEnd };
  return nc === undefined ? undefined : { ...netcat('nc', 'nc'), limit: noEnd };
}

function ncKind(programs: ReadonlySet<string>, help: string): string | undefined {
  if (!programs.has('nc')) return undefined;
  return /BusyBox|Ncat|OpenBSD/i.exec(help)?.[0] ?? 'other';
}

/** Runs in the background, so that its id is known and it can be ended: what has no more input may wait for its other side. */
function netcat(name: string, program: string): Relay {
  const script = `exec 4<&0
${program} "$1" "$2" <&4 &
echo "${pidMark} $!" >&2
wait $!; code=$?
echo "${endMark}" >&2
exit $code`;
  return { name, command: (host, port) => ['/bin/sh', '-c', script, 'relay', host, String(port)] };
}

const busybox = netcat('busybox nc', 'busybox nc');

/** It waits for its input to end, too, since the time that it would wait otherwise is that of a slow answer as well. */
const socat: Relay = {
  name: 'socat',
  limit: noEnd,
  command: (host, port) => [
    '/bin/sh',
    '-c',
    `exec 4<&0
socat -t 86400 - "$1" <&4 &
echo "${pidMark} $!" >&2
wait $!; code=$?
echo "${endMark}" >&2
exit $code`,
    'relay',
    host.includes(':') ? `TCP6:[${host}]:${String(port)}` : `TCP4:${host}:${String(port)}`,
  ],
};

/** Each direction is a process; the connection itself can only be closed as a whole. */
export const bash: Relay = {
  name: 'bash',
  limit: 'It can’t pass on that only one direction has ended',
  command: (host, port) => [
    'bash',
    '-c',
    `exec 4<&0
exec 3<>"/dev/tcp/$1/$2" || { echo "${endMark}" >&2; exit 1; }
cat <&4 >&3 & w=$!
cat <&3 & r=$!
echo "${pidMark} $w $r" >&2
wait $r
echo "${endMark}" >&2
kill $w 2>/dev/null
exit 0`,
    'relay',
    host,
    String(port),
  ],
};

/** One process for each direction, so that none waits for the other; it says how many bytes there were in all. */
export const perl: Relay = {
  name: 'perl',
  command: (host, port) => [
    'perl',
    '-e',
    `use strict; use Socket qw(:all);
sub fail { syswrite(STDERR, "$_[0]\\n${endMark}\\n"); exit 1 }
my ($e, @a) = getaddrinfo($ARGV[0], $ARGV[1], {socktype => SOCK_STREAM}); fail($e) if $e;
socket(my $s, $a[0]{family}, SOCK_STREAM, 0) or fail($!); connect($s, $a[0]{addr}) or fail($!);
setsockopt($s, IPPROTO_TCP, TCP_NODELAY, 1);
$SIG{PIPE} = "IGNORE"; my $c = fork(); fail($!) unless defined $c;
sub copy { my ($from, $to) = @_; my $all = 0;
  while (my $n = sysread($from, my $b, 65536)) { my $o = 0;
    while ($o < $n) { my $w = syswrite($to, $b, $n - $o, $o); return $all unless $w; $o += $w; $all += $w } }
  return $all }
if ($c == 0) { my $n = copy($s, \\*STDOUT); syswrite(STDERR, "${endMark} $n\\n"); exit 0 }
syswrite(STDERR, "${pidMark} $$ $c\\n");
copy(\\*STDIN, $s); shutdown($s, 1); waitpid($c, 0); exit 0`,
    host,
    String(port),
  ],
};
