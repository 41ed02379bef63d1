# towline beside the application's containers in a task of ECS: the definition of its container, made to be put into yours.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  own_log_group = "/${var.name}/towline"
  own_log_arn   = "arn:${data.aws_partition.current.partition}:logs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:log-group:${local.own_log_group}"

  to_betterstack = contains(["betterstack", "both"], var.destination)
  to_cloudwatch  = contains(["cloudwatch", "both"], var.destination)

  environment = merge(
    {
      LOG_DESTINATION         = var.destination
      TOWLINE_LISTEN          = "127.0.0.1:9000" # containers of a task share one loopback
      TOWLINE_MEMORY          = "${var.budget_mib}MiB"
      TOWLINE_SHUTDOWN_BUDGET = "${var.stop_timeout - 5}s"
      TOWLINE_LAST_RESORT     = "stderr" # into towline's own log group
    },
    var.volume == null ? {} : { TOWLINE_DATA_DIR = "/var/lib/towline" },
    local.to_betterstack ? { BETTERSTACK_INGESTING_HOST = var.betterstack_host } : {},
    local.to_cloudwatch ? { AWS_REGION = data.aws_region.current.id, CLOUDWATCH_LOG_GROUP = var.log_group } : {}
  )

  container_definition = {
    name      = "towline"
    image     = local.image
    essential = var.essential
    # A bad configuration (2) doesn't get better by trying.
    restartPolicy = { enabled = true, ignoredExitCodes = [2], restartAttemptPeriod = 60 }

    # Whatever comes, towline takes its budget and 16 MiB; the rest is for the kernel's socket buffers and page cache.
    cpu               = var.cpu
    memory            = 2 * var.budget_mib + 32
    memoryReservation = var.budget_mib + 16
    ulimits           = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]

    user                   = "65532:65532"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { add = [], drop = ["ALL"] } }

    environment = [for name, value in local.environment : { name = name, value = value }]
    secrets     = local.to_betterstack ? [{ name = "BETTERSTACK_SOURCE_TOKEN", valueFrom = var.betterstack_token_secret_arn }] : []
    mountPoints = var.volume == null ? [] : [{ sourceVolume = var.volume, containerPath = "/var/lib/towline", readOnly = false }]

    # It asks whether records are taken, not whether a destination is up: that must not stop a task.
    healthCheck = {
      command     = ["CMD", "/usr/bin/towline", "healthcheck"]
      interval    = 10
      timeout     = 3
      retries     = 3
      startPeriod = 5
    }

    stopTimeout = var.stop_timeout

    # Blocking would hold up towline when CloudWatch is down. The buffer is what can be left at the end.
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.own.name
        "awslogs-region"        = data.aws_region.current.id
        "awslogs-stream-prefix" = "towline"
        "mode"                  = "non-blocking"
        "max-buffer-size"       = "10m"
      }
    }
  }
}

# What towline says itself. It must not depend on towline.
resource "aws_cloudwatch_log_group" "own" {
  name              = local.own_log_group
  retention_in_days = var.own_log_retention_days
  tags              = var.tags
}

# What the agent of ECS needs to hand over the token. It belongs to the task's execution role.
data "aws_iam_policy_document" "execution" {
  statement {
    sid       = "OwnLog"
    effect    = "Allow"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.own_log_arn}:*"]
  }

  dynamic "statement" {
    for_each = local.to_betterstack ? [var.betterstack_token_secret_arn] : []

    content {
      sid       = "Token"
      effect    = "Allow"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = local.to_betterstack && var.secret_kms_key_arn != null ? [var.secret_kms_key_arn] : []

    content {
      sid       = "TokenKey"
      effect    = "Allow"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_policy" "execution" {
  name        = "${var.name}-towline-execution"
  description = "towline on ECS: read the token, write its own log"
  policy      = data.aws_iam_policy_document.execution.json
  tags        = var.tags
}
