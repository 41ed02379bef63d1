#!/bin/bash
# Builds the image and puts it into the repository, unless it is there: Terraform runs this when the tag changes.
# Needs docker (with BuildKit, its default builder) and AWS' command line.
#   PROJECT the project's folder   REPOSITORY its URL   NAME its name   TAG the tag   PLATFORM amd64 or arm64   REGION
set -euo pipefail
: "${PROJECT:?}" "${REPOSITORY:?}" "${NAME:?}" "${TAG:?}" "${PLATFORM:?}" "${REGION:?}"

if aws ecr describe-images --region "$REGION" --repository-name "$NAME" --image-ids "imageTag=$TAG" >/dev/null 2>&1; then
  echo "$REPOSITORY:$TAG is there"
  exit 0
fi

aws ecr get-login-password --region "$REGION" | docker login --username AWS --password-stdin "${REPOSITORY%%/*}"
# Everything anew: what an earlier build left here lacks the fixes that Debian has made since.
DOCKER_BUILDKIT=1 docker build --pull --no-cache --platform "linux/$PLATFORM" --build-arg "TARGETARCH=$PLATFORM" \
  --file "$PROJECT/docker/Dockerfile" --tag "$REPOSITORY:$TAG" "$PROJECT"
docker push "$REPOSITORY:$TAG"
