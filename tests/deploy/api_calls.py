"""What the AWS provider of Terraform asks of AWS for a resource. Every argument must be one that is known here."""


def log_group(values):
    name, days = values.pop("name"), values.pop("retention_in_days")
    optional = {"kmsKeyId": values.pop("kms_key_id", None), "tags": values.pop("tags"),
                "logGroupClass": values.pop("log_group_class", None)}
    yield "logs", "CreateLogGroup", {"logGroupName": name, **{key: value for key, value in optional.items() if value}}
    if days:
        yield "logs", "PutRetentionPolicy", {"logGroupName": name, "retentionInDays": days}


def log_stream(values):
    yield "logs", "CreateLogStream", {"logGroupName": values.pop("log_group_name"),
                                      "logStreamName": values.pop("name")}


def metric_filter(values):
    (transformation,) = values.pop("metric_transformation")
    yield "logs", "PutMetricFilter", {
        "filterName": values.pop("name"), "logGroupName": values.pop("log_group_name"),
        "filterPattern": values.pop("pattern"),
        "metricTransformations": [{
            "metricName": transformation.pop("name"), "metricNamespace": transformation.pop("namespace"),
            "metricValue": transformation.pop("value"), "defaultValue": float(transformation.pop("default_value")),
            "unit": transformation.pop("unit")}]}
    assert not transformation


def metric_alarm(values):
    single = {"Namespace": "namespace", "MetricName": "metric_name", "Statistic": "statistic", "Period": "period"}
    call = {name: values.pop(key) for name, key in single.items() if key in values}
    queries = [metric_query(query) for query in values.pop("metric_query", [])]
    assert bool(queries) != (len(call) == len(single)), "either one metric or queries"
    assert values["treat_missing_data"] in ("missing", "ignore", "breaching", "notBreaching")  # free text to the API
    yield "cloudwatch", "PutMetricAlarm", {
        **call, **({"Metrics": queries} if queries else {}), "AlarmName": values.pop("alarm_name"),
        "AlarmDescription": values.pop("alarm_description"), "ComparisonOperator": values.pop("comparison_operator"),
        "Threshold": float(values.pop("threshold")), "EvaluationPeriods": values.pop("evaluation_periods"),
        "DatapointsToAlarm": values.pop("datapoints_to_alarm"), "TreatMissingData": values.pop("treat_missing_data"),
        "AlarmActions": values.pop("alarm_actions"), "OKActions": values.pop("ok_actions"),
        "Tags": tag_list(values.pop("tags"))}


def metric_query(values):
    query = {"Id": values.pop("id"), "ReturnData": values.pop("return_data")}
    if "expression" in values:
        query.update(Expression=values.pop("expression"), Label=values.pop("label"))
    for metric in values.pop("metric", []):
        query["MetricStat"] = {
            "Metric": {"Namespace": metric.pop("namespace"), "MetricName": metric.pop("metric_name")},
            "Period": metric.pop("period"), "Stat": metric.pop("stat")}
        assert not metric
    assert not values
    return query


def dashboard(values):
    yield "cloudwatch", "PutDashboard", {"DashboardName": values.pop("dashboard_name"),
                                         "DashboardBody": values.pop("dashboard_body")}


def policy(values):
    yield "iam", "CreatePolicy", {"PolicyName": values.pop("name"), "Description": values.pop("description"),
                                  "PolicyDocument": values.pop("policy"), "Tags": tag_list(values.pop("tags"))}


def tag_list(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def repository(values):
    (scan,) = values.pop("image_scanning_configuration")
    yield "ecr", "CreateRepository", {
        "repositoryName": values.pop("name"), "imageTagMutability": values.pop("image_tag_mutability"),
        "imageScanningConfiguration": {"scanOnPush": scan["scan_on_push"]}, "tags": tag_list(values.pop("tags"))}


def lifecycle_policy(values):
    yield "ecr", "PutLifecyclePolicy", {"repositoryName": values.pop("repository"),
                                        "lifecyclePolicyText": values.pop("policy")}


def nothing(values):
    """Terraform's own: no call."""
    values.clear()
    yield from ()


CALLS = {
    "aws_ecr_repository": repository, "aws_ecr_lifecycle_policy": lifecycle_policy, "terraform_data": nothing,
    "aws_cloudwatch_log_group": log_group, "aws_cloudwatch_log_stream": log_stream,
    "aws_cloudwatch_log_metric_filter": metric_filter, "aws_cloudwatch_metric_alarm": metric_alarm,
    "aws_cloudwatch_dashboard": dashboard, "aws_iam_policy": policy,
}


def each_of(instances):
    """Of a resource without `count` and `for_each` there is one; only it has an address of its own."""
    if hasattr(instances, "address"):
        return [instances]
    return instances.values() if isinstance(instances, dict) else instances


def calls(plan):
    """[(service, operation, parameters)] for all resources of a plan, groups before what is in them."""
    for kind, to_calls in CALLS.items():
        for (other, _), instances in plan.resources.items():
            if other == kind:
                for instance in each_of(instances):
                    values = dict(instance)
                    yield from to_calls(values)
                    assert not values, f"{instance.address}: {list(values)}"
