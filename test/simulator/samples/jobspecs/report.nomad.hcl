# The sales report, every quarter of an hour.
job "report" {
  datacenters = ["*"]
  type        = "batch"

  periodic {
    crons            = ["*/15 * * * *"]
    prohibit_overlap = true
    time_zone        = "UTC"
  }

  group "report" {
    task "report" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "echo 'orders: 412'; sleep 1; echo 'written to report.csv'"]
      }

      resources {
        cpu    = 50
        memory = 32
      }
    }
  }
}
