output "user_data" {
  description = "What `user_data` of the instance or of the launch template says (base64encode it for a launch template)."
  value       = local.user_data
}

output "instance_policy_arn" {
  description = "ARN of the policy that the instances' role needs. For CloudWatch it needs one of deploy/aws, too."
  value       = aws_iam_policy.instance.arn
}
