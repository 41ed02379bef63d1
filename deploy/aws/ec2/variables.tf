variable "name" {
  description = "Name of the application; begins the names of what is made."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,31}$", var.name))
    error_message = "The name has 1 to 32 small letters, digits and hyphens, and begins with a letter."
  }
}

variable "package_url" {
  description = "Where the package is, as `make deb` builds it: s3://bucket/path/towline_0.1.0-1_amd64.deb."
  type        = string

  validation {
    condition     = can(regex("^s3://[a-z0-9.-]+/[A-Za-z0-9_./~+-]+\\.deb$", var.package_url))
    error_message = "The package is a .deb in a bucket: s3://bucket/path/towline.deb."
  }
}

variable "package_sha256" {
  description = "Its SHA-256, as sha256sum says. Another package isn't installed."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{64}$", var.package_sha256))
    error_message = "A SHA-256 has 64 digits from 0 to 9 and a to f."
  }
}

variable "config" {
  description = "The text of /etc/towline/towline.yaml. No secret belongs into it."
  type        = string

  validation {
    # length() of a text counts characters; base64 makes 4 of 3 bytes.
    condition     = length(var.config) > 0 && length(base64encode(var.config)) <= 10924
    error_message = "The configuration has 1 to 8193 bytes: user data may have 16 KiB."
  }
}

variable "betterstack_token_secret_arn" {
  description = "ARN of the secret in Secrets Manager that is the token; in the service's credentials it is secret_betterstack."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:[A-Za-z0-9:/_+=.@-]*$", coalesce(var.betterstack_token_secret_arn, "arn:aws:secretsmanager:")))
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

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
}
