# One on every node.
job "log-shipper" {
  datacenters = ["*"]
  type        = "system"
  priority    = 60

  group "ship" {
    task "ship" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "while true; do echo \"shipped $(date -u +%S) lines\"; sleep 5; done"]
      }

      resources {
        cpu    = 50
        memory = 32
      }
    }
  }
}
