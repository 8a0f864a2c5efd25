"""Numbers of the indexer."""

from prometheus_client import Counter, Histogram

from common.metrics import CHAIN_BUCKETS, STAGE_BUCKETS

PDFS = Counter("paperbus_pdfs_read_total", "PDFs read, by what came of it.", ["outcome"])
PASSAGES = Counter("paperbus_passages_indexed_total", "Passages put into the index.")
PARTS = Histogram(
    "paperbus_index_part_seconds", "Parts of indexing a paper.", ["part"], buckets=STAGE_BUCKETS
)
PAPERS = Counter("paperbus_papers_indexed_total", "Papers and versions made searchable.")
BESIDE_FAILED = Counter(
    "paperbus_second_index_failures_total",
    "Writes that failed in the index that is filled or kept beside the one that answers.",
)
SEARCHABLE = Histogram(
    "paperbus_announce_to_searchable_seconds",
    "From the announcement of a paper to its being found by search.",
    buckets=CHAIN_BUCKETS,
)
EMBEDDING = Histogram(
    "paperbus_embedding_duration_seconds",
    "Turning the passages of one paper into vectors.",
    buckets=STAGE_BUCKETS,
)
