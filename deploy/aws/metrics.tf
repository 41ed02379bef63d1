# Metrics of what the records say. The patterns are conditions of towline, too: the same line works in `keep_if`.

locals {
  metric_namespace = coalesce(var.metric_namespace, var.name)
  metric_groups    = sort([for key, group in local.groups : key if group.metrics])

  # `level` and `category` are what the steps of these names write. Applications that are not behind the step `level` write
  # the same levels in small letters, too; CloudWatch distinguishes them.
  error_levels   = ["ERROR", "error", "FATAL", "fatal", "CRITICAL", "critical"]
  warning_levels = ["WARN", "warn", "WARNING", "warning"]
  is_error       = join(" || ", [for level in local.error_levels : "$.level = \"${level}\""])
  is_warning     = join(" || ", [for level in local.warning_levels : "$.level = \"${level}\""])

  filter_patterns = merge({
    records         = "\" \""
    errors          = "{ ${local.is_error} }"
    auth_failures   = "{ $.status = 401 || $.status = 403 || ($.category = \"auth\" && (${local.is_warning} || ${local.is_error})) }"
    failed_logins   = "{ $.category = \"auth\" && ($.event = \"login_failed\" || $.event = \"*ogin failed*\" || $.message = \"*ogin failed*\") }"
    slow_requests   = "{ $.duration_ms >= ${var.slow_request_ms} }"
    pool_exhaustion = "?\"QueuePool limit\" ?PoolTimeout ?\"Connection is not available, request timed out\" ?\"remaining connection slots\" ?\"too many clients already\" ?\"Too many connections\""
  }, var.filter_patterns)

  # One metric for each log group and pattern: api_errors, services_errors, ...
  metrics = merge([
    for group in local.metric_groups : {
      for filter, pattern in local.filter_patterns : "${group}_${filter}" => { group = group, filter = filter, pattern = pattern }
    }
  ]...)
}

# The data points have the events' own times, so what is delivered late after an outage counts where it belongs.
resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.metrics

  name           = "${var.name}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.this[each.value.group].name
  pattern        = each.value.pattern

  metric_transformation {
    name          = each.key
    namespace     = local.metric_namespace
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}
