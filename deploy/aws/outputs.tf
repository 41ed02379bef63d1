output "log_group_names" {
  description = "Names of the log groups by their keys: what `group` of the sinks says."
  value       = { for key, group in aws_cloudwatch_log_group.this : key => group.name }
}

output "log_group_arns" {
  description = "ARNs of the log groups by their keys."
  value       = { for key, group in aws_cloudwatch_log_group.this : key => group.arn }
}

output "policy_arns" {
  description = "ARNs of the IAM policies: put_only, create_streams, create_groups, read."
  value       = { for key, policy in aws_iam_policy.this : key => policy.arn }
}

output "policy_documents" {
  description = "The same policies as JSON, for a role's inline policy."
  value       = local.policies
}

output "metric_namespace" {
  description = "Namespace of the metrics."
  value       = local.metric_namespace
}

output "metric_names" {
  description = "Names of the metrics: log group and pattern, `api_errors`."
  value       = keys(local.metrics)
}

output "filter_patterns" {
  description = "The filter patterns by the names of the metrics without the log group."
  value       = local.filter_patterns
}

output "alarm_arns" {
  description = "ARNs of the alarms."
  value       = local.alarm_arns
}

output "dashboard_name" {
  description = "Name of the dashboard; null without one."
  value       = one(aws_cloudwatch_dashboard.this[*].dashboard_name)
}
