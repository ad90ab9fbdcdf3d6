# Has actions, which agents before 1.7 do not know.
job "backoffice" {
  datacenters = ["*"]
  type        = "service"

  group "backoffice" {
    task "app" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "while true; do echo idle; sleep 10; done"]
      }

      action "clear-cache" {
        command = "/bin/sh"
        args    = ["-c", "echo clearing; sleep 1; echo '128 entries removed'"]
      }

      action "who-am-i" {
        command = "/bin/sh"
        args    = ["-c", "echo $NOMAD_ALLOC_NAME"]
      }

      resources {
        cpu    = 50
        memory = 32
      }
    }
  }
}
