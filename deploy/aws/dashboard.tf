# One page: how many records and errors, what the alarms are about, the last errors.

locals {
  charts = [
    { filter = "records", title = "Records" },
    { filter = "errors", title = "Errors" },
    { filter = "slow_requests", title = "Requests of ${var.slow_request_ms} ms and more" },
    { filter = "auth_failures", title = "Authentication failures" },
    { filter = "failed_logins", title = "Failed logins" },
    { filter = "pool_exhaustion", title = "Connection pool exhausted" },
  ]

  # Each group's share of errors is calculated of two metrics that are not drawn.
  error_rate_series = concat(
    [for index, group in local.metric_groups : [{ expression = "100 * errors${index} / records${index}", id = "rate${index}", label = group }]],
    [for index, group in local.metric_groups : [local.metric_namespace, "${group}_errors", { id = "errors${index}", visible = false }]],
    [for index, group in local.metric_groups : [local.metric_namespace, "${group}_records", { id = "records${index}", visible = false }]],
  )

  chart_widgets = [for index, chart in local.charts : {
    type   = "metric"
    x      = index % 3 * 8
    y      = 6 + floor(index / 3) * 6
    width  = 8
    height = 6
    properties = {
      title   = chart.title
      region  = local.region
      view    = "timeSeries"
      stat    = "Sum"
      period  = var.alarm_period_seconds
      yAxis   = { left = { min = 0, showUnits = false } }
      metrics = [for group in local.metric_groups : [local.metric_namespace, "${group}_${chart.filter}", { label = group }]]
    }
  }]

  error_rate_widgets = [{
    type   = "metric"
    x      = 0
    y      = 0
    width  = 16
    height = 6
    properties = {
      title   = "Error rate, percent of the records"
      region  = local.region
      view    = "timeSeries"
      stat    = "Sum"
      period  = var.alarm_period_seconds
      yAxis   = { left = { min = 0, max = 100, showUnits = false } }
      metrics = local.error_rate_series
      annotations = {
        horizontal = [for percent in [var.alarm_thresholds.error_percent] : { label = "alarm", value = percent } if percent > 0]
      }
    }
  }]

  alarm_arns = concat(
    [for group in sort(keys(aws_cloudwatch_metric_alarm.error_rate)) : aws_cloudwatch_metric_alarm.error_rate[group].arn],
    [for key in sort(keys(aws_cloudwatch_metric_alarm.count)) : aws_cloudwatch_metric_alarm.count[key].arn],
  )
  # CloudWatch refuses the widget without an alarm.
  alarm_widgets = [for arns in [local.alarm_arns] : {
    type       = "alarm"
    x          = 16
    y          = 0
    width      = 8
    height     = 6
    properties = { title = "Alarms", alarms = arns }
  } if length(arns) > 0]

  last_errors_widgets = [{
    type   = "log"
    x      = 0
    y      = 18
    width  = 24
    height = 8
    properties = {
      title  = "The last errors"
      region = local.region
      view   = "table"
      query = join(" | ", concat(
        [for group in local.metric_groups : "SOURCE '${local.groups[group].name}'"],
        ["fields @timestamp, level, category, message, @logStream"],
        ["filter level in ${jsonencode(local.error_levels)}"],
        ["sort @timestamp desc"],
        ["limit 100"],
      ))
    }
  }]
}

resource "aws_cloudwatch_dashboard" "this" {
  count = var.create_dashboard && length(local.metric_groups) > 0 ? 1 : 0

  dashboard_name = "${var.name}-logs"
  dashboard_body = jsonencode({
    widgets = concat(local.error_rate_widgets, local.alarm_widgets, local.chart_widgets, local.last_errors_widgets)
  })
}
