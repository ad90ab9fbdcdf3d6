export interface JobspecOptions {
  /** What the one environment variable says; another value makes another version of the job. */
  readonly version?: string;
  readonly count?: number;
  readonly groups?: readonly string[];
  /** Canaries of each group. */
  readonly canary?: number;
}

/** A job whose tasks run until they are told to stop, and stop at once. */
export function jobspec(id: string, options: JobspecOptions = {}): string {
  const { version = '1', count = 1, groups = ['app'], canary = 0 } = options;
  return `job "${id}" {
  update {
    canary           = ${String(canary)}
    max_parallel     = 1
    min_healthy_time = "2s"
  }
${groups.map((name) => group(name, count, version)).join('')}}
`;
}

function group(name: string, count: number, version: string): string {
  return `
  group "${name}" {
    count = ${String(count)}

    task "server" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "trap 'exit 0' INT TERM; while true; do sleep 0.1; done"]
      }

      env {
        VERSION = "${version}"
      }

      kill_timeout = "2s"

      resources {
        cpu    = 10
        memory = 16
      }
    }
  }
`;
}
