# An API and a worker on Fargate, each with towline beside it. Both log to Better Stack and to CloudWatch, or to one of them:
# `log_destination`.

locals {
  name = "shop"
  tags = { application = local.name, environment = "production" }
}

# --- where the records are kept: log groups, metrics, alarms, dashboard ---

module "logs" {
  source = "../../.."

  name       = local.name
  log_groups = { api = {}, worker = {} }
  tags       = local.tags
}

# The token is put there by hand, once, so that it is in no state of Terraform:
#   aws secretsmanager put-secret-value --secret-id shop/betterstack --secret-string file:///dev/stdin
resource "aws_secretsmanager_secret" "betterstack" {
  name = "${local.name}/betterstack"
  tags = local.tags
}

# --- towline, once for each service, as each has a log group of its own; the image is built once ---

module "towline_api" {
  source = "../.."

  name                         = "${local.name}-api"
  image_tag                    = var.towline_image_tag
  destination                  = var.log_destination
  betterstack_host             = var.betterstack_host
  betterstack_token_secret_arn = aws_secretsmanager_secret.betterstack.arn
  log_group                    = module.logs.log_group_names["api"]
  cpu                          = 128
  stop_timeout                 = 60
  tags                         = local.tags
}

module "towline_worker" {
  source = "../.."

  name                         = "${local.name}-worker"
  image                        = module.towline_api.image
  destination                  = var.log_destination
  betterstack_host             = var.betterstack_host
  betterstack_token_secret_arn = aws_secretsmanager_secret.betterstack.arn
  log_group                    = module.logs.log_group_names["worker"]
  tags                         = local.tags
}

# --- the roles ---

data "aws_iam_policy_document" "ecs" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

# What the agent may do for a task: fetch images, read the token, write towline's own log.
resource "aws_iam_role" "execution" {
  name               = "${local.name}-execution"
  assume_role_policy = data.aws_iam_policy_document.ecs.json
  tags               = local.tags
}

resource "aws_iam_role_policy_attachment" "execution" {
  for_each = {
    images = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    api    = module.towline_api.execution_policy_arn
    worker = module.towline_worker.execution_policy_arn
  }

  role       = aws_iam_role.execution.name
  policy_arn = each.value
}

# What towline may do itself: put events. Its credentials are those of the task.
resource "aws_iam_role" "task" {
  name               = "${local.name}-task"
  assume_role_policy = data.aws_iam_policy_document.ecs.json
  tags               = local.tags
}

resource "aws_iam_role_policy_attachment" "task" {
  role       = aws_iam_role.task.name
  policy_arn = module.logs.policy_arns["create_streams"]
}

# --- the services ---

resource "aws_ecs_cluster" "this" {
  name = local.name
  tags = local.tags
}

resource "aws_ecs_task_definition" "api" {
  family                   = "${local.name}-api"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  tags                     = local.tags

  container_definitions = jsonencode([
    {
      name         = "api"
      image        = var.api_image
      essential    = true
      environment  = module.towline_api.environment
      dependsOn    = module.towline_api.depends_on
      portMappings = [{ containerPort = 8080, protocol = "tcp" }]
      stopTimeout  = 30
    },
    module.towline_api.container_definition
  ])
}

resource "aws_ecs_task_definition" "worker" {
  family                   = "${local.name}-worker"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  tags                     = local.tags

  container_definitions = jsonencode([
    {
      name        = "worker"
      image       = var.worker_image
      essential   = true
      environment = module.towline_worker.environment
      dependsOn   = module.towline_worker.depends_on
      stopTimeout = 120
    },
    module.towline_worker.container_definition
  ])
}

resource "aws_security_group" "tasks" {
  name   = "${local.name}-tasks"
  vpc_id = data.aws_subnet.first.vpc_id
  tags   = local.tags

  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

data "aws_subnet" "first" {
  id = var.subnet_ids[0]
}

resource "aws_ecs_service" "this" {
  for_each = {
    api    = aws_ecs_task_definition.api.arn
    worker = aws_ecs_task_definition.worker.arn
  }

  name            = each.key
  cluster         = aws_ecs_cluster.this.id
  task_definition = each.value
  desired_count   = 2
  launch_type     = "FARGATE"
  tags            = local.tags

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [aws_security_group.tasks.id]
  }

  # What doesn't become healthy goes back by itself.
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
}
