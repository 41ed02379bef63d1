"""Prints all that an emulator of CloudWatch Logs holds, as boto3 reads it. In .venv:  read_back.py http://host:port"""

import json
import sys

import boto3


def events_of(logs, group, stream):
    """In the order in which the service gives them."""
    events, token = [], {}
    while True:
        page = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True, **token)
        events += [[event["timestamp"], event["message"]] for event in page["events"]]
        if token.get("nextToken") == page["nextForwardToken"]:
            return events
        token = {"nextToken": page["nextForwardToken"]}


def main():
    logs = boto3.client("logs", endpoint_url=sys.argv[1], region_name="eu-west-1", aws_access_key_id="reader",
                        aws_secret_access_key="reader")
    found = {}
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        streams = [stream["logStreamName"] for stream in logs.describe_log_streams(logGroupName=name)["logStreams"]]
        found[name] = {"retention": group.get("retentionInDays"),
                       "tags": logs.list_tags_log_group(logGroupName=name)["tags"],
                       "streams": {stream: events_of(logs, name, stream) for stream in streams}}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
