# Everything the module can do: an own KMS key, alarms by mail, an ECS task role that writes, an EC2 instance profile that
# may put events and nothing else, a role for people who read.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  name    = "shop"
  account = data.aws_caller_identity.current.account_id
  tags    = { application = local.name, environment = "production" }
}

module "logs" {
  source = "../.."

  name = local.name
  log_groups = {
    api      = { retention_days = 30 }
    services = { retention_days = 14 }
    errors   = { retention_days = 90, metrics = false }
    batch    = { retention_days = 7, streams = ["nightly"] }
    audit    = { retention_days = 400, class = "INFREQUENT_ACCESS", metrics = false }
  }
  extra_log_groups = ["/${local.name}/tenants/*"]
  kms_key_arn      = aws_kms_key.logs.arn

  slow_request_ms  = 800
  alarm_topic_arns = [aws_sns_topic.alarms.arn]
  alarm_thresholds = { error_percent = 2, slow_requests = 0 }

  tags = local.tags
}

# --- the key ---

resource "aws_kms_key" "logs" {
  description         = "Logs of ${local.name}"
  enable_key_rotation = true
  policy              = data.aws_iam_policy_document.key.json
  tags                = local.tags
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Administration"
    effect    = "Allow"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${local.account}:root"]
    }
  }

  # For the log groups of this application only.
  statement {
    sid       = "CloudWatchLogs"
    effect    = "Allow"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${var.region}.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${data.aws_partition.current.partition}:logs:${var.region}:${local.account}:log-group:/${local.name}/*"]
    }
  }
}

# --- who is told ---

resource "aws_sns_topic" "alarms" {
  name = "${local.name}-log-alarms"
  tags = local.tags
}

resource "aws_sns_topic_subscription" "on_call" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.on_call_email
}

# --- the role of the ECS tasks: its credentials come to towline by the task's own endpoint ---

data "aws_iam_policy_document" "ecs" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_iam_role" "task" {
  name               = "${local.name}-task"
  assume_role_policy = data.aws_iam_policy_document.ecs.json
  tags               = local.tags
}

# The module has made the groups; the streams are named after the tasks.
resource "aws_iam_role_policy_attachment" "task" {
  role       = aws_iam_role.task.name
  policy_arn = module.logs.policy_arns["create_streams"]
}

# --- the instances of the nightly batch: one stream that is there, and no right to make others ---

data "aws_iam_policy_document" "ec2" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "batch" {
  name               = "${local.name}-batch"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
  tags               = local.tags
}

resource "aws_iam_role_policy_attachment" "batch" {
  role       = aws_iam_role.batch.name
  policy_arn = module.logs.policy_arns["put_only"]
}

resource "aws_iam_instance_profile" "batch" {
  name = "${local.name}-batch"
  role = aws_iam_role.batch.name
}

# --- people with `towline logs` ---

data "aws_iam_policy_document" "people" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [local.account]
    }
  }
}

resource "aws_iam_role" "reader" {
  name               = "${local.name}-logs-reader"
  assume_role_policy = data.aws_iam_policy_document.people.json
  tags               = local.tags
}

resource "aws_iam_role_policy_attachment" "reader" {
  role       = aws_iam_role.reader.name
  policy_arn = module.logs.policy_arns["read"]
}
