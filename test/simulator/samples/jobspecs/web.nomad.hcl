# The shop's front end. A new version starts as one canary beside the old one
# and waits for somebody to promote it.
job "web" {
  datacenters = ["*"]
  type        = "service"

  meta {
    team = "storefront"
  }

  update {
    max_parallel      = 1
    canary            = 1
    min_healthy_time  = "10s"
    healthy_deadline  = "2m"
    progress_deadline = "5m"
    auto_revert       = true
  }

  group "web" {
    count = 3

    network {
      port "http" {}
    }

    restart {
      attempts = 1
      interval = "5m"
      delay    = "2s"
      mode     = "fail"
    }

    reschedule {
      attempts  = 0
      unlimited = false
    }

    task "server" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["local/serve.sh"]
      }

      template {
        destination = "local/serve.sh"
        data        = <<-EOT
          echo "web $VERSION listens on port $NOMAD_PORT_http"
          n=0
          while true; do
            n=$((n + 1))
            code=200
            if [ $((n % 17)) -eq 0 ]; then
              code=404
              echo "no such product: $n" >&2
            fi
            echo "$(date -u +%H:%M:%S) GET /products/$((n * 7 % 100)) $code $((n * 13 % 90 + 5))ms web/$VERSION"
            sleep 1
          done
        EOT
      }

      env {
        VERSION = "1.4.0"
      }

      kill_timeout = "3s"

      resources {
        cpu    = 200
        memory = 128
      }
    }
  }
}
