# The three log groups with their metrics, alarms and dashboard, and the policies that a task's role needs.

terraform {
  required_version = ">= 1.5.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40.0, < 7.0.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

module "logs" {
  source = "../.."

  name = "shop"
}

output "log_groups" {
  description = "What `group` of the sinks says."
  value       = module.logs.log_group_names
}
