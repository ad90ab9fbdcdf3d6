# Dispatched with the path of an image, and a watermark as payload if one is wanted.
job "resize-image" {
  datacenters = ["*"]
  type        = "batch"

  parameterized {
    payload       = "optional"
    meta_required = ["path"]
    meta_optional = ["width"]
  }

  meta {
    width = "800"
  }

  group "resize" {
    task "resize" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "echo \"$NOMAD_META_path to $NOMAD_META_width pixels\"; sleep 1; echo done"]
      }

      dispatch_payload {
        file = "watermark.txt"
      }

      resources {
        cpu    = 50
        memory = 32
      }
    }
  }
}
