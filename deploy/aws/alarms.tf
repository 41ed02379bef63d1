# Alarms on the metrics. None goes off because there are no records: a quiet night is no error.

locals {
  count_thresholds = {
    for filter in ["auth_failures", "failed_logins", "slow_requests", "pool_exhaustion"] :
    filter => var.alarm_thresholds[filter] if var.alarm_thresholds[filter] > 0
  }
  count_alarms = { for key, metric in local.metrics : key => metric if contains(keys(local.count_thresholds), metric.filter) }
  alarm_titles = {
    auth_failures   = "refused or failed authentications"
    failed_logins   = "failed logins"
    slow_requests   = "requests of ${var.slow_request_ms} ms and more"
    pool_exhaustion = "times that a connection pool had none left"
  }
}

resource "aws_cloudwatch_metric_alarm" "error_rate" {
  for_each = toset(var.alarm_thresholds.error_percent > 0 ? local.metric_groups : [])

  alarm_name          = "${var.name}-${each.key}_error_rate"
  alarm_description   = "${local.groups[each.key].name}: ${var.alarm_thresholds.error_percent} % of the records are errors, or more."
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.alarm_thresholds.error_percent
  evaluation_periods  = var.alarm_evaluation_periods
  datapoints_to_alarm = var.alarm_evaluation_periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags

  metric_query {
    id          = "rate"
    label       = "Errors, percent of the records"
    expression  = "IF(records >= ${max(1, var.alarm_thresholds.error_min_records)}, 100 * errors / records, 0)"
    return_data = true
  }

  metric_query {
    id          = "errors"
    return_data = false

    metric {
      namespace   = local.metric_namespace
      metric_name = "${each.key}_errors"
      period      = var.alarm_period_seconds
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "records"
    return_data = false

    metric {
      namespace   = local.metric_namespace
      metric_name = "${each.key}_records"
      period      = var.alarm_period_seconds
      stat        = "Sum"
    }
  }

  depends_on = [aws_cloudwatch_log_metric_filter.this]
}

resource "aws_cloudwatch_metric_alarm" "count" {
  for_each = local.count_alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${local.groups[each.value.group].name}: ${local.count_thresholds[each.value.filter]} ${local.alarm_titles[each.value.filter]} or more within ${var.alarm_period_seconds} seconds."
  namespace           = local.metric_namespace
  metric_name         = each.key
  statistic           = "Sum"
  period              = var.alarm_period_seconds
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = local.count_thresholds[each.value.filter]
  evaluation_periods  = var.alarm_evaluation_periods
  datapoints_to_alarm = var.alarm_evaluation_periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags

  depends_on = [aws_cloudwatch_log_metric_filter.this]
}
