/** Parts of a jobspec that a test cares about. */
export interface JobspecParts {
  readonly name?: string;
  readonly groups?: readonly string[];
  readonly count?: number;
  /** Tells one version from another. */
  readonly version?: string;
  /** Of canaries. */
  readonly canary?: number;
  readonly namespace?: string;
  readonly driver?: 'docker' | 'raw_exec';
  /** A shell script for raw_exec. */
  readonly script?: string;
  /** Stands before the job. */
  readonly head?: string;
  readonly autoRevert?: boolean;
  /** The label of a port that the node gives to each group. */
  readonly port?: string;
}

/** A jobspec as a person would write it; its tasks wait until they are stopped. */
export function jobspec(id: string, parts: JobspecParts = {}): string {
  const { groups = ['app'], name, namespace, head = '', canary = 0, autoRevert = false } = parts;
  return `${head}job ${hclQuoted(id)} {
${name === undefined ? '' : `  name = ${hclQuoted(name)}\n`}${namespace === undefined ? '' : `  namespace = "${namespace}"\n`}  update {
    canary           = ${String(canary)}
    min_healthy_time = "1s"
    auto_revert      = ${String(autoRevert)}
  }
${groups.map((group) => groupText(group, parts)).join('')}}
`;
}

function groupText(name: string, parts: JobspecParts) {
  const { count = 1, version = '1', driver = 'docker', script = 'sleep 3600', port } = parts;
  const config =
    driver === 'docker'
      ? `image = "example/app:${version}"`
      : `command = "/bin/sh"\n        args    = ["-c", ${JSON.stringify(script)}]`;
  return `  group "${name}" {
    count = ${String(count)}
${port === undefined ? '' : `    network {\n      port "${port}" {}\n    }\n`}    task "main" {
      driver = "${driver}"
      config {
        ${config}
      }
      env {
        VERSION = "${version}"
      }
    }
  }
`;
}

/** A text that HCL reads as it is. */
function hclQuoted(text: string): string {
  return JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{');
}
