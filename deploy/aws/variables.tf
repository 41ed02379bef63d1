variable "name" {
  description = "Name of the application. Everything that the module makes begins with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,31}$", var.name))
    error_message = "The name has 1 to 32 small letters, digits and hyphens, and begins with a letter."
  }
}

variable "log_group_prefix" {
  description = "What the names of the log groups begin with, without the slash at the end. Default: a slash and the name."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^[A-Za-z0-9_/.#-]{1,256}$", coalesce(var.log_group_prefix, "-"))) && !startswith(coalesce(var.log_group_prefix, "-"), "aws/")
    error_message = "The prefix has letters, digits and the characters _ / . # -, at most 256, and doesn't begin with aws/."
  }
}

variable "log_groups" {
  description = <<-EOT
    The log groups by the last part of their names.
    `retention_days`: how long events are kept; 0 is for ever.
    `class`: STANDARD or INFREQUENT_ACCESS, which costs half and knows neither metrics nor `towline logs` without `--query`.
    `metrics`: whether metrics, alarms and charts are made of it. Off for groups whose records stand in another one, too.
    `streams`: log streams to create, for roles that may put events and nothing else.
  EOT
  type = map(object({
    retention_days = optional(number, 30)
    class          = optional(string, "STANDARD")
    metrics        = optional(bool, true)
    streams        = optional(set(string), [])
  }))
  default = {
    api      = {}
    services = {}
    errors   = { retention_days = 90, metrics = false }
  }

  validation {
    condition     = length(var.log_groups) > 0
    error_message = "There is at least one log group."
  }

  validation {
    condition     = alltrue([for key in keys(var.log_groups) : can(regex("^[a-z][a-z0-9_-]{0,31}$", key))])
    error_message = "The key of a log group has 1 to 32 small letters, digits, hyphens and underscores, and begins with a letter."
  }

  validation {
    condition = alltrue([for group in values(var.log_groups) : contains(
      [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      group.retention_days
    )])
    error_message = "CloudWatch Logs doesn't know that number of days; take one that `retention_days` of towline's sink takes, or 0."
  }

  validation {
    condition     = alltrue([for group in values(var.log_groups) : contains(["STANDARD", "INFREQUENT_ACCESS"], group.class)])
    error_message = "The class of a log group is STANDARD or INFREQUENT_ACCESS."
  }

  validation {
    condition     = alltrue([for group in values(var.log_groups) : !group.metrics || group.class == "STANDARD"])
    error_message = "Metrics can be made of groups of the class STANDARD only: set metrics = false for the others."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that the log groups are encrypted with. Its policy must allow it to the service CloudWatch Logs. Default: the service's own key."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", coalesce(var.kms_key_arn, "arn:aws:kms:")))
    error_message = "This is not the ARN of a KMS key."
  }
}

variable "extra_log_groups" {
  description = "Names or patterns of further log groups that the policies are about, for a sink whose group is a template: `/shop/tenants/*`."
  type        = list(string)
  default     = []
}

variable "create_policies" {
  description = "Whether IAM policies are created. Their texts are an output in any case."
  type        = bool
  default     = true
}

variable "metric_namespace" {
  description = "Namespace of the metrics. Default: the name."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^[A-Za-z0-9_./#-]{1,255}$", coalesce(var.metric_namespace, "-"))) && !startswith(coalesce(var.metric_namespace, "-"), "AWS/")
    error_message = "A namespace has letters, digits and the characters _ . / # -, at most 255, and doesn't begin with AWS/."
  }
}

variable "slow_request_ms" {
  description = "A request that took at least so many milliseconds (`duration_ms`) is slow."
  type        = number
  default     = 1000

  validation {
    condition     = var.slow_request_ms > 0
    error_message = "A slow request takes more than 0 ms."
  }
}

variable "filter_patterns" {
  description = "Filter patterns in place of the module's own, by the name of the metric: errors, auth_failures, failed_logins, slow_requests, pool_exhaustion."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([for key in keys(var.filter_patterns) : contains(
      ["errors", "auth_failures", "failed_logins", "slow_requests", "pool_exhaustion"], key
    )])
    error_message = "There is no metric of that name."
  }

  validation {
    condition     = alltrue([for pattern in values(var.filter_patterns) : length(pattern) > 0 && length(pattern) <= 1024])
    error_message = "A filter pattern has 1 to 1024 characters."
  }
}

variable "alarm_thresholds" {
  description = <<-EOT
    When the alarms go off, for each log group with metrics; 0: there is no such alarm.
    `error_percent`: share of the records that are errors. `error_min_records`: with fewer records the share means nothing.
    The others are numbers of records. All of them count within one period.
  EOT
  type = object({
    error_percent     = optional(number, 5)
    error_min_records = optional(number, 50)
    auth_failures     = optional(number, 50)
    failed_logins     = optional(number, 20)
    slow_requests     = optional(number, 50)
    pool_exhaustion   = optional(number, 1)
  })
  default = {}

  validation {
    condition     = alltrue([for threshold in values(var.alarm_thresholds) : threshold >= 0])
    error_message = "A threshold is 0 or more."
  }
}

variable "alarm_topic_arns" {
  description = "ARNs of the SNS topics that are told when an alarm goes off, and when it is over."
  type        = set(string)
  default     = []
}

variable "alarm_period_seconds" {
  description = "Length of the period that the alarms look at."
  type        = number
  default     = 300

  validation {
    condition     = var.alarm_period_seconds >= 60 && var.alarm_period_seconds <= 86400 && var.alarm_period_seconds % 60 == 0
    error_message = "A period is a multiple of 60 seconds, at most a day."
  }
}

variable "alarm_evaluation_periods" {
  description = "Number of periods, one after the other, in which a threshold must be reached."
  type        = number
  default     = 1

  validation {
    condition     = var.alarm_evaluation_periods >= 1 && var.alarm_evaluation_periods <= 288
    error_message = "There are 1 to 288 periods; together they may be a day at most."
  }
}

variable "create_dashboard" {
  description = "Whether there is a dashboard."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
}
