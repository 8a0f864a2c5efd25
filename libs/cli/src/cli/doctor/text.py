"""The examination as text, for a terminal and for mail."""

from collections.abc import Iterator

from cli.doctor.finding import Finding, Report

SIGNS = {"ok": "ok", "note": "note", "degraded": "degraded", "unhealthy": "UNHEALTHY"}


def lines(report: Report, *, verbose: bool = False) -> Iterator[str]:
    """What is wrong and what mends it; with ``verbose`` also what is right."""
    yield f"{report.verdict}: {_sum(report)} ({report.version}, {report.took_s:g} s)"
    for one in report.findings:
        if verbose or one.level != "ok":
            yield from _lines(one)


def _lines(one: Finding) -> Iterator[str]:
    yield f"{SIGNS[one.level]:<10}{one.check}: {one.about}: {one.says}"
    if one.mend and one.level != "ok":
        yield f"{'':<10}→ {one.mend}"


def _sum(report: Report) -> str:
    wrong = len(report.wrong)
    looked = len(report.findings)
    found = "nothing is wrong" if not wrong else f"{wrong} finding{'s' * (wrong > 1)}"
    return f"{found}, {looked} things looked at"


def title(report: Report) -> str:
    """The subject of the mail."""
    worst = report.wrong[:1]
    return f"paperbus is {report.verdict}" + "".join(f": {one.about} {one.says}" for one in worst)
