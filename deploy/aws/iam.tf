# What a process may do, from least to most. The same policies stand in policies/*.json for those who don't use Terraform.

locals {
  arn_prefix = "arn:${data.aws_partition.current.partition}:logs:${local.region}:${data.aws_caller_identity.current.account_id}:log-group:"
  group_arns = [
    for name in concat([for group in values(local.groups) : group.name], var.extra_log_groups) : "${local.arn_prefix}${name}"
  ]
  # The form that IAM compares with for everything but tags.
  group_arns_and_streams = [for arn in local.group_arns : "${arn}:*"]

  policies = {
    put_only       = data.aws_iam_policy_document.put_only.json
    create_streams = data.aws_iam_policy_document.create_streams.json
    create_groups  = data.aws_iam_policy_document.create_groups.json
    read           = data.aws_iam_policy_document.read.json
  }
  policy_descriptions = {
    put_only       = "towline: put events into log streams that are there"
    create_streams = "towline: put events, create log streams"
    create_groups  = "towline: put events, create log streams and log groups"
    read           = "towline logs: search the log groups"
  }
}

data "aws_iam_policy_document" "put_only" {
  statement {
    sid       = "PutEvents"
    effect    = "Allow"
    actions   = ["logs:PutLogEvents"]
    resources = local.group_arns_and_streams
  }
}

data "aws_iam_policy_document" "create_streams" {
  source_policy_documents = [data.aws_iam_policy_document.put_only.json]

  statement {
    sid       = "CreateStreams"
    effect    = "Allow"
    actions   = ["logs:CreateLogStream"]
    resources = local.group_arns_and_streams
  }
}

data "aws_iam_policy_document" "create_groups" {
  source_policy_documents = [data.aws_iam_policy_document.create_streams.json]

  statement {
    sid       = "CreateGroups"
    effect    = "Allow"
    actions   = ["logs:CreateLogGroup", "logs:PutRetentionPolicy"]
    resources = local.group_arns_and_streams
  }

  # Needed where the sink's `tags` are set.
  statement {
    sid       = "TagGroups"
    effect    = "Allow"
    actions   = ["logs:TagResource"]
    resources = local.group_arns
  }
}

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "SearchEvents"
    effect    = "Allow"
    actions   = ["logs:FilterLogEvents", "logs:StartQuery"]
    resources = local.group_arns_and_streams
  }

  # A query has no ARN: its result can be had by whoever knows its id.
  statement {
    sid       = "QueryResults"
    effect    = "Allow"
    actions   = ["logs:GetQueryResults", "logs:StopQuery"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "this" {
  for_each = var.create_policies ? local.policy_descriptions : {}

  name        = "${var.name}-towline-${replace(each.key, "_", "-")}"
  description = each.value
  policy      = local.policies[each.key]
  tags        = var.tags
}
