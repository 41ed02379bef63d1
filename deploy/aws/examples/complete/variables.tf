variable "region" {
  description = "Region of everything here."
  type        = string
  default     = "eu-west-1"
}

variable "on_call_email" {
  description = "Who is told of alarms."
  type        = string
}
