# Imports the supplier's catalogue. It runs out of memory half-way and is killed.
job "importer" {
  datacenters = ["*"]
  type        = "batch"

  group "import" {
    restart {
      attempts = 1
      interval = "10m"
      delay    = "3s"
      mode     = "fail"
    }

    reschedule {
      attempts  = 0
      unlimited = false
    }

    task "import" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["local/import.sh"]
      }

      template {
        destination = "local/import.sh"
        data        = <<-EOT
          echo "reading catalogue.csv"
          for part in 1 2 3; do
            echo "part $part of 8: 12500 rows"
            sleep 0.3
          done
          echo "allocation of 512 MB failed" >&2
          kill -KILL $$
        EOT
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }
}
