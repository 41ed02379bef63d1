variable "region" {
  description = "Region of everything here."
  type        = string
  default     = "eu-west-1"
}

variable "log_destination" {
  description = "The switch: cloudwatch, both, betterstack. One apply changes it for all services."
  type        = string
  default     = "both"
}

variable "betterstack_host" {
  description = "Ingesting host of the source at Better Stack."
  type        = string
}

variable "api_image" {
  description = "The image of the API."
  type        = string
}

variable "worker_image" {
  description = "The image of the worker."
  type        = string
}

variable "towline_image_tag" {
  description = "The tag of an older image of towline, to go back to. Default: what is built from this project."
  type        = string
  default     = null
}

variable "subnet_ids" {
  description = "Private subnets of the tasks, with a way out."
  type        = list(string)
}
