# Where towline's records are kept: the log groups of one application.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  region = data.aws_region.current.id
  prefix = coalesce(var.log_group_prefix, "/${var.name}")
  groups = { for key, group in var.log_groups : key => merge(group, { name = "${local.prefix}/${key}" }) }

  streams = merge([
    for key, group in local.groups : { for stream in group.streams : "${key}/${stream}" => { group = key, name = stream } }
  ]...)
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = local.groups

  name              = each.value.name
  retention_in_days = each.value.retention_days
  log_group_class   = each.value.class
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_cloudwatch_log_stream" "this" {
  for_each = local.streams

  name           = each.value.name
  log_group_name = aws_cloudwatch_log_group.this[each.value.group].name
}
