"""The gateway's own metrics, in one list."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("anju_gateway_requests_total", "Answers of /graphql by HTTP status.", ["status"])
IN_FLIGHT = Gauge("anju_gateway_requests_in_flight", "Requests being answered.")
PLAN_CACHE = Counter("anju_gateway_plan_cache_total", "Plans by whether they were ready.", ["outcome"])
SUBGRAPH_SECONDS = Histogram("anju_gateway_subgraph_seconds", "Seconds of subgraph requests.", ["subgraph"])
SUBGRAPH_FAILURES = Counter(
    "anju_gateway_subgraph_failures_total", "Subgraph requests without a GraphQL answer, by code.", ["subgraph", "code"]
)
