output "towline_image_tag" {
  description = "What runs now. Note it before an upgrade: it is what the variable of that name says to go back."
  value       = module.towline_api.image_tag
}

output "own_log_groups" {
  description = "Where towline itself speaks."
  value       = [module.towline_api.own_log_group, module.towline_worker.own_log_group]
}
