# Checkout takes its image tag from outside: see checkout.vars.hcl.
variable "image_tag" {
  type        = string
  description = "Tag of the checkout image"
}

variable "payment_url" {
  type        = string
  description = "Where payments are made"
}

variable "replicas" {
  type    = number
  default = 2

  validation {
    condition     = var.replicas > 0
    error_message = "Checkout needs at least one replica."
  }
}

locals {
  image = "registry.example/shop/checkout:${var.image_tag}"
}

job "checkout" {
  datacenters = ["*"]
  type        = "service"
  priority    = 80

  group "checkout" {
    count = var.replicas

    network {
      port "http" {
        to = 8080
      }
    }

    update {
      max_parallel     = 1
      canary           = 1
      auto_promote     = true
      auto_revert      = true
      min_healthy_time = "10s"
    }

    task "checkout" {
      driver = "docker"

      config {
        image = local.image
        ports = ["http"]
      }

      env {
        PAYMENT_URL = var.payment_url
      }

      resources {
        cpu    = 250
        memory = 256
      }
    }

    task "payment-proxy" {
      driver = "docker"

      lifecycle {
        hook    = "prestart"
        sidecar = true
      }

      config {
        image = "registry.example/shop/payment-proxy:1.1.0"
      }

      resources {
        cpu    = 50
        memory = 64
      }
    }
  }
}
