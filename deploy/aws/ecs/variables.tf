variable "name" {
  description = "Name of the application; begins the names of what is made."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,31}$", var.name))
    error_message = "The name has 1 to 32 small letters, digits and hyphens, and begins with a letter."
  }
}

variable "image" {
  description = "An image that is there, with its tag. Default: the module makes a repository and builds one."
  type        = string
  default     = null
}

variable "image_tag" {
  description = "A tag in the module's own repository, to go back to; nothing is built then. Default: the hash of the sources."
  type        = string
  default     = null

  validation {
    condition     = var.image_tag == null || can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag))
    error_message = "A tag has 1 to 128 letters, digits and the characters _ . -, and is no whole address."
  }
}

variable "rebuild" {
  description = "Any text, 2026-11 for example: with another one the image is built again, with the fixes of Debian until then."
  type        = string
  default     = null
}

variable "source_path" {
  description = "Where the project is that the image is built from. Default: the one that this module is in."
  type        = string
  default     = null
}

variable "architecture" {
  description = "Processors of the tasks: X86_64 or ARM64."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "The architecture is X86_64 or ARM64."
  }
}

variable "destination" {
  description = "Where records go: betterstack, cloudwatch, both, or console. This is the switch of dual logging."
  type        = string

  validation {
    condition     = contains(["betterstack", "cloudwatch", "both", "console"], var.destination)
    error_message = "The destination is betterstack, cloudwatch, both or console."
  }
}

variable "betterstack_host" {
  description = "Ingesting host of the source at Better Stack. Needed for betterstack and both."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^[a-z0-9.-]+$", coalesce(var.betterstack_host, "-")))
    error_message = "A host name, without https:// and without a path."
  }
}

variable "betterstack_token_secret_arn" {
  description = "ARN of the secret in Secrets Manager that is the source's token. Needed for betterstack and both."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:", coalesce(var.betterstack_token_secret_arn, "arn:aws:secretsmanager:")))
    error_message = "This is not the ARN of a secret in Secrets Manager."
  }
}

variable "secret_kms_key_arn" {
  description = "ARN of the KMS key of that secret, if it has one of its own."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", coalesce(var.secret_kms_key_arn, "arn:aws:kms:")))
    error_message = "This is not the ARN of a KMS key."
  }
}

variable "log_group" {
  description = "Log group in CloudWatch that records go to. Needed for cloudwatch and both."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^[A-Za-z0-9_/.#-]{1,512}$", coalesce(var.log_group, "-")))
    error_message = "A log group has letters, digits and the characters _ / . # -, at most 512."
  }
}

variable "budget_mib" {
  description = "Memory for records that are held, in MiB: `memory` of towline. The container gets twice that and 32 MiB."
  type        = number
  default     = 32

  validation {
    condition     = var.budget_mib >= 4 && var.budget_mib <= 65536
    error_message = "The budget is from 4 MiB to 64 GiB."
  }
}

variable "cpu" {
  description = "CPU units that the container is sure of; 1024 are a processor. 64 carry 12 MB of logs a second."
  type        = number
  default     = 64

  validation {
    condition     = var.cpu >= 2 && var.cpu <= 16384
    error_message = "There are 2 to 16384 CPU units."
  }
}

variable "stop_timeout" {
  description = "Seconds from SIGTERM to SIGKILL. towline takes 5 less to deliver what it holds."
  type        = number
  default     = 30

  validation {
    condition     = var.stop_timeout >= 10 && var.stop_timeout <= 120
    error_message = "From 10 to 120 seconds; ECS gives no more."
  }
}

variable "wait_for" {
  description = "When the application's containers start: START, or HEALTHY when towline takes records."
  type        = string
  default     = "HEALTHY"

  validation {
    condition     = contains(["START", "HEALTHY"], var.wait_for)
    error_message = "The condition is START or HEALTHY."
  }
}

variable "essential" {
  description = "Whether the task ends when towline does. Without it the application goes on, and ECS restarts towline."
  type        = bool
  default     = false
}

variable "volume" {
  description = "Name of a volume of the task for what is held; user 65532 must be able to write to it. Default: memory only."
  type        = string
  default     = null
}

variable "own_log_retention_days" {
  description = "How long towline's own log is kept: what it says itself, and what could not be delivered at the end."
  type        = number
  default     = 14

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400], var.own_log_retention_days)
    error_message = "CloudWatch Logs doesn't know that number of days, or it is more than 400."
  }
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
}
