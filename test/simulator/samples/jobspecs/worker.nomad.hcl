# Two kinds of background work in one job.
job "worker" {
  datacenters = ["*"]
  type        = "service"

  group "emails" {
    count = 2

    task "send" {
      driver = "docker"

      config {
        image = "registry.example/shop/worker:2.8.1"
        args  = ["--queue", "emails"]
      }

      resources {
        cpu    = 100
        memory = 128
      }
    }
  }

  group "thumbnails" {
    count = 1

    scaling {
      min     = 1
      max     = 5
      enabled = true
    }

    task "render" {
      driver = "docker"

      config {
        image = "registry.example/shop/worker:2.8.1"
        args  = ["--queue", "thumbnails"]
      }

      resources {
        cpu    = 200
        memory = 256
      }
    }
  }
}
