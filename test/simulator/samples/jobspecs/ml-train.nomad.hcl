# Asks for more memory than any node has, so it waits.
job "ml-train" {
  datacenters = ["*"]
  type        = "batch"
  priority    = 30

  group "train" {
    count = 2

    task "train" {
      driver = "docker"

      config {
        image = "registry.example/ml/train:0.9.0"
      }

      resources {
        cpu    = 2000
        memory = 524288
      }
    }
  }
}
