// What AWS says about where this process runs: the task metadata endpoint of ECS (version 4) and the identity document
// of the EC2 instance (IMDSv2). Asked once, at start; nothing is asked anywhere but on AWS.
#pragma once

#include <chrono>

#include "base/clock.hpp"
#include "base/facts.hpp"
#include "base/result.hpp"
#include "config/node.hpp"

namespace towline::aws {

// How long either may take, repetitions included.
inline constexpr Duration metadata_time = std::chrono::seconds(1);

// ecs.cluster (its name), ecs.task_arn, ecs.task_id, ecs.family, ecs.revision, ecs.service_name, ecs.availability_zone,
// ecs.launch_type and ecs.container_name, which is that of the container this process runs in. Asks where
// ECS_CONTAINER_METADATA_URI_V4 says; without it this isn't ECS, and nothing is done.
// What is missing in the answers, or isn't a text of a reasonable length, doesn't become a fact. An error says what
// couldn't be had; facts that were had are added all the same. Waits up to `limit`.
Result<void> add_ecs_facts(Facts& facts, const config::Environment& environment, Duration limit = metadata_time);

// ec2.instance_id, ec2.instance_type, ec2.region, ec2.availability_zone, ec2.account_id. AWS_EC2_METADATA_DISABLED,
// AWS_EC2_METADATA_SERVICE_ENDPOINT and AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE mean what they mean to AWS' own
// programs. Off EC2 the error says that nobody answers.
Result<void> add_ec2_facts(Facts& facts, const config::Environment& environment, Duration limit = metadata_time);

}  // namespace towline::aws
