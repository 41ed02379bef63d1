output "log_groups" {
  description = "What `group` of the sinks says."
  value       = module.logs.log_group_names
}

output "task_role_arn" {
  description = "What `taskRoleArn` of the task definition says."
  value       = aws_iam_role.task.arn
}

output "instance_profile" {
  description = "What the launch template of the instances says."
  value       = aws_iam_instance_profile.batch.name
}

output "reader_role_arn" {
  description = "The role to take on for `towline logs`."
  value       = aws_iam_role.reader.arn
}
