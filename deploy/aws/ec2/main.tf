# towline as a service of EC2 instances: the user data that installs the package, and what the instances must be allowed.

data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  user_data = templatefile("${path.module}/user-data.sh.tftpl", {
    config           = base64encode(var.config)
    package_sha256   = var.package_sha256
    package_url      = var.package_url
    region           = data.aws_region.current.id
    token_secret_arn = var.betterstack_token_secret_arn == null ? "" : var.betterstack_token_secret_arn
  })
}

data "aws_iam_policy_document" "instance" {
  statement {
    sid       = "Package"
    effect    = "Allow"
    actions   = ["s3:GetObject"]
    resources = ["arn:${data.aws_partition.current.partition}:s3:::${replace(var.package_url, "s3://", "")}"]
  }

  dynamic "statement" {
    for_each = var.betterstack_token_secret_arn == null ? [] : [var.betterstack_token_secret_arn]

    content {
      sid       = "Token"
      effect    = "Allow"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = var.betterstack_token_secret_arn != null && var.secret_kms_key_arn != null ? [var.secret_kms_key_arn] : []

    content {
      sid       = "TokenKey"
      effect    = "Allow"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_policy" "instance" {
  name        = "${var.name}-towline-instance"
  description = "towline on EC2: fetch the package, read the token"
  policy      = data.aws_iam_policy_document.instance.json
  tags        = var.tags
}
