"""The reading side of CloudWatch Logs: descriptions, FilterLogEvents, and as much of Insights as the tests ask for.

Pages end as the service's do: at `page_events`, and some are empty and yet have a token (`empty_pages`).
"""

import datetime
import json
import re

from tests.support.aws_keys import ServiceError
from tests.support.cloudwatch_filter import compile_filter
from tests.support.cloudwatch_store import check_shape, invalid

QUERY_LIMIT = 10_000
# Stages of a query that are understood; any other is a MalformedQueryException.
FIELDS = re.compile(r"fields (@?[\w.]+(?:\s*,\s*@?[\w.]+)*)")
FILTER = re.compile(r"filter (@?[\w.]+) (like|=) (?:/(.*)/|[\"'](.*)[\"'])")
SORT = re.compile(r"sort (@?[\w.]+)(?: (asc|desc))?")
LIMIT = re.compile(r"limit (\d+)")


class Reads:
    """Not thread-safe. `now` is in milliseconds. `polls`: how often a query is Running before it is Complete."""

    def __init__(self, store):
        self.page_events = 10_000
        self.page_bytes = 1_048_576
        self.empty_pages = 0  # before each page with events
        self.polls = 1
        self._store = store
        self._tokens = {}
        self._queries = {}

    def describe_log_groups(self, body, _now):
        check_shape(body, optional={"logGroupNamePrefix": str, "logGroupNamePattern": str, "limit": int,
                                    "nextToken": str, "logGroupClass": str})
        prefix = body.get("logGroupNamePrefix", "")
        names = sorted(name for name in self._store.groups
                       if name.startswith(prefix) and body.get("logGroupNamePattern", "") in name)
        page, token = self._page(names, body, limit=50)
        return {"logGroups": [self._describe_group(name) for name in page], **token}

    def _describe_group(self, name):
        group = self._store.groups[name]
        described = {"logGroupName": name, "creationTime": group.created, "metricFilterCount": 0, "storedBytes": 0,
                     "arn": f"arn:aws:logs:eu-west-1:111122223333:log-group:{name}:*",
                     "logGroupClass": group.log_class}
        optional = {"retentionInDays": group.retention, "kmsKeyId": group.kms_key}
        return {**described, **{key: value for key, value in optional.items() if value is not None}}

    def describe_log_streams(self, body, _now):
        check_shape(body, {"logGroupName": str}, {"logStreamNamePrefix": str, "orderBy": str, "descending": bool,
                                                  "limit": int, "nextToken": str})
        if body.get("orderBy") == "LastEventTime" and "logStreamNamePrefix" in body:
            raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
        prefix = body.get("logStreamNamePrefix", "")
        names = sorted(name for name in self._store.group(body["logGroupName"]).streams if name.startswith(prefix))
        page, token = self._page(names, body, limit=50)
        return {"logStreams": [{"logStreamName": name} for name in page], **token}

    def filter_log_events(self, body, _now):
        check_shape(body, {"logGroupName": str}, {
            "filterPattern": str, "startTime": int, "endTime": int, "limit": int, "nextToken": str,
            "logStreamNames": list, "logStreamNamePrefix": str, "interleaved": bool, "unmask": bool})
        if "logStreamNames" in body and "logStreamNamePrefix" in body:
            raise invalid("logStreamNames and logStreamNamePrefix can't both be given.")
        if len(body.get("filterPattern", "")) > 1024:
            raise invalid("1 validation error detected: filterPattern is longer than 1024")
        self._readable(body["logGroupName"])
        matches = compile_filter(body.get("filterPattern", ""))
        found = [{"eventId": event.id, "logStreamName": stream, "timestamp": event.timestamp, "message": event.message,
                  "ingestionTime": event.ingested}
                 for stream, event in self._within(body, body.get("startTime", 0), body.get("endTime"))
                 if matches(event.message)]
        page, token = self._page(found, body, limit=self.page_events, empty=self.empty_pages)
        return {"events": page, "searchedLogStreams": [], **token}

    def get_log_events(self, body, _now):
        """Forwards, in one page."""
        check_shape(body, {"logGroupName": str, "logStreamName": str},
                    {"startFromHead": bool, "startTime": int, "endTime": int, "limit": int, "nextToken": str})
        self._readable(body["logGroupName"])
        events = [event for _, event in self._within({**body, "logStreamNames": [body["logStreamName"]]}, 0, None)]
        page = [] if "nextToken" in body else events[:body.get("limit", 10_000)]
        return {"events": [{"timestamp": event.timestamp, "message": event.message, "ingestionTime": event.ingested}
                           for event in page], "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}

    def _readable(self, name):
        if self._store.group(name).log_class != "STANDARD":
            raise invalid("GetLogEvents and FilterLogEvents are not supported for this log class.")

    def _within(self, body, start, end):
        """(stream, event) in the order of time; start inclusive, end inclusive or None."""
        streams = self._store.group(body["logGroupName"]).streams
        for name in body.get("logStreamNames", ()):
            if name not in streams:
                raise ServiceError("ResourceNotFoundException", "The specified log stream does not exist.")
        wanted = [name for name in streams if name.startswith(body.get("logStreamNamePrefix", ""))
                  and name in body.get("logStreamNames", streams)]
        found = [(name, event) for name in wanted for event in streams[name]
                 if start <= event.timestamp and (end is None or event.timestamp <= end)]
        return sorted(found, key=lambda pair: pair[1].timestamp)

    def _page(self, found, body, limit, empty=0):
        """A page of what was found, and the token for the rest."""
        limit = min(body.get("limit", limit), limit)
        if limit < 1:
            raise invalid("1 validation error detected: Value at 'limit' failed to satisfy constraint")
        start, empties = self._position(body)
        end, size = start, 0
        while empties >= empty and end < len(found) and end - start < limit and size <= self.page_bytes:
            size += len(json.dumps(found[end]))
            end += 1
        rest = (end, empties + 1 if end == start else 0)
        if end >= len(found) and (end > start or empties >= empty):
            return found[start:end], {}
        token = f"token-{len(self._tokens)}"
        self._tokens[token] = (self._asked(body), rest)
        return found[start:end], {"nextToken": token}

    def _position(self, body):
        if "nextToken" not in body:
            return 0, 0
        asked, position = self._tokens.get(body["nextToken"], (None, None))
        if asked != self._asked(body):
            raise invalid("The specified nextToken is invalid.")
        return position

    @staticmethod
    def _asked(body):
        return {name: value for name, value in body.items() if name != "nextToken"}

    # Insights.

    def start_query(self, body, _now):
        check_shape(body, {"startTime": int, "endTime": int, "queryString": str},
                    {"logGroupName": str, "logGroupNames": list, "limit": int, "queryLanguage": str})
        names = body.get("logGroupNames", [body["logGroupName"]] if "logGroupName" in body else [])
        if not 1 <= len(names) <= 50:
            raise invalid("Between 1 and 50 log groups must be given.")
        if body["startTime"] > body["endTime"]:
            raise invalid("End time should not be less than start time")
        if not 1 <= body.get("limit", 1) <= QUERY_LIMIT:
            raise invalid("1 validation error detected: Value at 'limit' failed to satisfy constraint")
        rows = [row for name in names for row in self._rows(name, body)]
        query = f"query-{len(self._queries)}"
        self._queries[query] = [self.polls, run_query(body["queryString"], rows, body.get("limit", QUERY_LIMIT))]
        return {"queryId": query}

    def get_query_results(self, body, _now):
        check_shape(body, {"queryId": str})
        if body["queryId"] not in self._queries:
            raise ServiceError("ResourceNotFoundException", "Query does not exist.")
        query = self._queries[body["queryId"]]
        statistics = {"recordsMatched": float(len(query[1])), "recordsScanned": float(len(query[1])),
                      "bytesScanned": 0.0}
        if query[0] > 0:
            query[0] -= 1
            return {"status": "Running", "results": query[1][:1], "statistics": statistics}
        return {"status": "Complete", "results": query[1], "statistics": statistics}

    def stop_query(self, body, _now):
        check_shape(body, {"queryId": str})
        return {"success": self._queries.pop(body["queryId"], None) is not None}

    def _rows(self, name, body):
        """startTime and endTime are in seconds, and inclusive."""
        end = body["endTime"] * 1000 + 999
        for stream, event in self._within({"logGroupName": name}, body["startTime"] * 1000, end):
            moment = datetime.datetime.fromtimestamp(event.timestamp / 1000, datetime.timezone.utc)
            row = {"@timestamp": moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{event.timestamp % 1000:03d}",
                   "@message": event.message, "@logStream": stream, "@log": f"111122223333:{name}", "@ptr": event.id}
            yield {**_discovered(event.message), **row}


def _discovered(message):
    """The fields that Insights finds in JSON, those of the top level only."""
    try:
        document = json.loads(message)
    except ValueError:
        return {}
    scalars = (str, int, float)
    return {key: value if isinstance(value, str) else json.dumps(value)
            for key, value in document.items() if isinstance(value, scalars)} if isinstance(document, dict) else {}


def run_query(text, rows, limit):
    """Rows as GetQueryResults gives them: arrays of {field, value}."""
    fields, limits = ["@timestamp", "@message"], [limit]
    for stage in (stage.strip() for stage in text.split("|")):
        if found := FIELDS.fullmatch(stage):
            fields = [name.strip() for name in found.group(1).split(",")]
        elif found := FILTER.fullmatch(stage):
            rows = [row for row in rows if _passes(row, *found.groups())]
        elif found := SORT.fullmatch(stage):
            rows = sorted(rows, key=lambda row: row.get(found.group(1), ""), reverse=found.group(2) != "asc")
        elif found := LIMIT.fullmatch(stage):
            limits.append(int(found.group(1)))
        else:
            raise ServiceError("MalformedQueryException", f"unexpected symbol found: {stage}")
    return [[{"field": name, "value": row[name]} for name in [*fields, "@ptr"] if name in row]
            for row in rows[:min(limits)]]


def _passes(row, field, operator, expression, text):
    value = row.get(field, "")
    if operator == "=":
        return text is not None and value == text
    return re.search(expression, value) is not None if expression is not None else text in value
