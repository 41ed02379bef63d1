output "container_definition" {
  description = "The definition of the container, to be put beside the application's own."
  value       = local.container_definition
  depends_on  = [terraform_data.image]

  precondition {
    condition     = !local.to_betterstack || (var.betterstack_host != null && var.betterstack_token_secret_arn != null)
    error_message = "Better Stack needs betterstack_host and betterstack_token_secret_arn."
  }

  precondition {
    condition     = !local.to_cloudwatch || var.log_group != null
    error_message = "CloudWatch needs log_group."
  }
}

output "depends_on" {
  description = "What `dependsOn` of the application's containers says. It also makes them end before towline."
  value       = [{ containerName = "towline", condition = var.wait_for }]
}

output "environment" {
  description = "What tells the application's containers where to send records."
  value       = [{ name = "LOG_HOST", value = "127.0.0.1" }, { name = "LOG_PORT", value = "9000" }]
}

output "execution_policy_arn" {
  description = "ARN of the policy that the task's execution role needs."
  value       = aws_iam_policy.execution.arn
}

output "own_log_group" {
  description = "Name of the log group with what towline says itself."
  value       = aws_cloudwatch_log_group.own.name
}

output "image_tag" {
  description = "The image's tag in the module's own repository; null with `image`. Later `image_tag` takes it to go back."
  value       = local.makes_image ? local.image_tag : null
}

output "image" {
  description = "The image with its tag. Another module of this kind takes it as `image`."
  value       = local.image
  depends_on  = [terraform_data.image]
}
