# The image, built when something changes that it is made of. Its tag is the hash of that and of `rebuild`, so a tag means
# the same image for ever, and going back is naming an older one (`image_tag`). The repository stays then.

locals {
  makes_image = var.image == null
  source      = coalesce(var.source_path, "${path.module}/../../..")
  platform    = var.architecture == "ARM64" ? "arm64" : "amd64"

  # As .dockerignore says.
  image_files = sort(distinct(concat(
    ["CMakeLists.txt", "docker/Dockerfile", "scripts/packages.txt"],
    tolist(fileset(local.source, "docker/build/*")),
    tolist(fileset(local.source, "cmake/*")),
    tolist(fileset(local.source, "bench/*")),
    tolist(fileset(local.source, "src/**"))
  )))
  image_hash = sha256(join("", concat(
    [for file in local.image_files : "${file} ${filesha256("${local.source}/${file}")}\n"],
    var.rebuild == null ? [] : ["rebuild ${var.rebuild}\n"]
  )))
  image_tag = coalesce(var.image_tag, "${local.platform}-${substr(local.image_hash, 0, 16)}")
  image     = local.makes_image ? "${aws_ecr_repository.this[0].repository_url}:${local.image_tag}" : var.image
}

resource "aws_ecr_repository" "this" {
  count = local.makes_image ? 1 : 0

  name                 = "${var.name}/towline"
  image_tag_mutability = "IMMUTABLE"
  tags                 = var.tags

  image_scanning_configuration {
    scan_on_push = true
  }
}

# Enough to go back to.
resource "aws_ecr_lifecycle_policy" "this" {
  count = local.makes_image ? 1 : 0

  repository = aws_ecr_repository.this[0].name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Keep the last 20 images"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 20 }
      action       = { type = "expire" }
    }]
  })
}

resource "terraform_data" "image" {
  count = local.makes_image && var.image_tag == null ? 1 : 0

  triggers_replace = "${aws_ecr_repository.this[0].repository_url}:${local.image_tag}"

  provisioner "local-exec" {
    command = "${path.module}/build_image.sh"
    environment = {
      PROJECT    = local.source
      REPOSITORY = aws_ecr_repository.this[0].repository_url
      NAME       = aws_ecr_repository.this[0].name
      TAG        = local.image_tag
      PLATFORM   = local.platform
      REGION     = data.aws_region.current.id
    }
  }
}
