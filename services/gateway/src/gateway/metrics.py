"""Numbers of the gateway."""

from prometheus_client import Counter, Gauge, Histogram

from common.metrics import REQUEST_BUCKETS

REQUESTS = Counter(
    "paperbus_http_requests_total",
    "Requests answered, by route template.",
    ["method", "route", "status"],
)
DURATION = Histogram(
    "paperbus_http_request_duration_seconds",
    "Until the answer was complete; live streams are left out.",
    ["method", "route"],
    buckets=REQUEST_BUCKETS,
)
STREAMS = Gauge("paperbus_sse_clients", "Live streams that are open.")
SEARCH = Histogram(
    "paperbus_search_duration_seconds",
    "A search, without identifiers that lead straight to a paper.",
    ["mode"],
    buckets=REQUEST_BUCKETS,
)
ANSWERS = Counter(
    "paperbus_answer_cache_total",
    "Lists and searches: repeated from memory, worked_out and kept, or not_kept.",
    ["outcome"],
)
UPLOADS = Counter(
    "paperbus_uploads_read_total", "PDFs that people sent, by what came of them.", ["outcome"]
)
DEAD_LETTERS = Gauge(
    "paperbus_dlq_messages", "Dead letters that were neither replayed nor dropped."
)
