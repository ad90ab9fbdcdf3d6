# The shop's API: replaced two at a time, without canaries.
job "api" {
  datacenters = ["*"]
  type        = "service"
  priority    = 70

  meta {
    team = "platform"
  }

  update {
    max_parallel      = 2
    min_healthy_time  = "10s"
    healthy_deadline  = "2m"
    progress_deadline = "5m"
    auto_revert       = true
  }

  group "api" {
    count = 4

    network {
      port "http" {
        to = 8080
      }
    }

    service {
      name     = "api"
      port     = "http"
      provider = "nomad"
      tags     = ["http", "v2"]

      check {
        type     = "http"
        path     = "/healthz"
        interval = "10s"
        timeout  = "2s"
      }
    }

    task "api" {
      driver = "docker"

      config {
        image = "registry.example/shop/api:2.8.1"
        ports = ["http"]
      }

      env {
        LOG_LEVEL = "info"
        PORT      = "8080"
      }

      resources {
        cpu    = 300
        memory = 256
      }
    }
  }
}
