# Crashes soon after each start and is started again, for ever.
job "session-cache" {
  datacenters = ["*"]
  type        = "service"

  update {
    max_parallel      = 1
    min_healthy_time  = "2m"
    healthy_deadline  = "130s"
    progress_deadline = "150s"
  }

  group "cache" {
    restart {
      attempts = 2
      interval = "30s"
      delay    = "5s"
      mode     = "delay"
    }

    reschedule {
      attempts  = 0
      unlimited = false
    }

    task "cache" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "echo 'opening /var/lib/cache'; sleep 0.1; echo 'fatal: index is corrupt' >&2; exit 1"]
      }

      resources {
        cpu    = 50
        memory = 64
      }
    }
  }
}
