# The old front end. Stopped; kept in case somebody asks.
job "legacy" {
  datacenters = ["*"]
  type        = "service"
  priority    = 20

  group "legacy" {
    task "legacy" {
      driver = "docker"

      config {
        image = "registry.example/shop/legacy:0.19.7"
      }

      resources {
        cpu    = 100
        memory = 128
      }
    }
  }
}
