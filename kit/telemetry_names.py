"""Every span, metric and attribute name in one list; a span of a use case has the use case's name."""

TRACER = "anju"

SPAN_REQUEST = "graphql_request"

METRIC_WRITES = "anju_writes_total"
METRIC_REQUESTS = "anju_graphql_requests_total"
METRIC_REQUEST_SECONDS = "anju_graphql_request_seconds"
METRIC_FAULTS = "anju_faults_total"
METRIC_REFUSED_CALLERS = "anju_refused_callers_total"
METRIC_READY = "anju_ready"
METRIC_TASK_UP = "anju_background_task_up"
