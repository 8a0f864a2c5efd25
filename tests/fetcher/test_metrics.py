"""What is known is counted from 0."""

from prometheus_client import REGISTRY

from common.events import PaperMeta
from fetcher import metrics
from fetcher.feeds import parse_feed, source_of
from fetcher.runs import VERDICTS

ARXIV = parse_feed("one", 'kind = "arxiv"\ncategories = ["cs.AI"]\n')


def test_every_source_and_verdict_is_there_before_the_first() -> None:
    metrics.begin({source_of(ARXIV), "of-a-test"}, VERDICTS)
    found = REGISTRY.get_sample_value("paperbus_papers_announced_total", {"source": "of-a-test"})
    assert found == 0
    for verdict in ("ok", "upstream error"):
        assert (
            REGISTRY.get_sample_value("paperbus_feed_runs_total", {"verdict": verdict}) is not None
        )
    assert source_of(ARXIV) == PaperMeta(title="x").source
