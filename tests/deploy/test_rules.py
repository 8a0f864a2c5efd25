"""Every alert is accepted, fires when it should, says what to do, and reaches a person."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.census.sheet import GAUGES, PREFIX
from promql import problems, selectors
from render import objectives as goal
from render import rules, scraping
from render.fleet import ROOT
from render.rules.alert import DEADLINES, ROUTES, Alert, Group
from render.templates import rendered
from rule_cases import CASES, Case
from runbook_pages import in_text, wrong

ALERTS = {alert.name: alert for alert in rules.ALERTS}
ALERTMANAGER = ROOT / "deploy" / "alertmanager"
PAGE = ROOT / "docs" / "operations" / "alerts.md"
HEADINGS = ("**Means.**", "**First look.**", "**Mend.**")


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} here: apt-get install prometheus prometheus-alertmanager")
    return found


def run(*command: str, **environ: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environ}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def expected(case: Case, alert: Alert) -> dict[str, Any]:
    """The alert as Alertmanager is told."""
    labels = {
        "system": "paperbus",
        "severity": alert.severity,
        "deadline": alert.deadline,
        "route": alert.route,
        **dict(re.findall(r'(\w+)="([^"]*)"', case.labels)),
    }
    summary = re.sub(r"{{ \$value \| \w+ }}", case.value, alert.summary)
    summary = re.sub(r"{{ \$labels\.(\w+) }}", lambda found: labels[found[1]], summary)
    assert "{{" not in summary
    return {
        "exp_labels": labels,
        "exp_annotations": {"summary": summary, "runbook_url": alert.runbook},
    }


def write(case: Case, file: Path) -> None:
    """A file for promtool, with the one rule that it tests beside it."""
    alert = ALERTS[case.alert]
    rule = file.with_suffix(".rule.yaml")
    rule.write_text(rendered("rules.yaml.j2", {"groups": [Group("one", (alert,))]}))
    wanted = expected(case, alert)
    tests = [
        {
            "interval": f"{case.every}m",
            "input_series": [{"series": name, "values": values} for name, values in series.items()],
            "alert_rule_test": [
                {"eval_time": f"{case.at}m", "alertname": alert.name, "exp_alerts": exp}
            ],
        }
        for exp, series in (([wanted], case.fires), (list[Any](), case.quiet))
        if series is not None
    ]
    made = {"rule_files": [str(rule)], "evaluation_interval": f"{case.every}m", "tests": tests}
    file.write_text(json.dumps(made))


def test_every_alert_fires_when_it_should_and_only_then(tmp_path: Path) -> None:
    promtool = tool("promtool")
    files = [tmp_path / f"{number}.{case.alert}.json" for number, case in enumerate(CASES)]
    for case, file in zip(CASES, files, strict=True):
        write(case, file)
    run(promtool, "test", "rules", *map(str, files), TMPDIR=str(tmp_path))


def test_a_case_that_does_not_hold_is_noticed(tmp_path: Path) -> None:
    promtool = tool("promtool")
    (case,) = (case for case in CASES if case.alert == "DeadLetters")
    file = tmp_path / "wrong.json"
    write(case._replace(value="4"), file)
    with pytest.raises(AssertionError, match="DeadLetters"):
        run(promtool, "test", "rules", str(file), TMPDIR=str(tmp_path))


def test_every_alert_has_a_case() -> None:
    assert {case.alert for case in CASES} == set(ALERTS)
    assert len(ALERTS) == len(rules.ALERTS), "two alerts of one name"


def test_every_rule_names_what_is_exported() -> None:
    found = [f"{a.name}: {words}" for a in rules.ALERTS for words in problems(a.expr)]
    assert not found, "\n".join(found)


def test_every_label_an_alert_tells_is_one_it_has() -> None:
    for case in CASES:
        told = set(re.findall(r"\$labels\.(\w+)", ALERTS[case.alert].summary))
        assert told <= set(re.findall(r'(\w+)="', case.labels)), case.alert


def test_every_alert_has_a_deadline_and_a_route_of_its_severity() -> None:
    groups = yaml.safe_load(rules.text())["groups"]
    read = [rule for group in groups for rule in group["rules"]]
    assert len(read) == len(ALERTS)
    for rule in read:
        labels = rule["labels"]
        assert labels["deadline"] == DEADLINES[labels["severity"]]
        assert labels["route"] == ROUTES[labels["severity"]]
        assert rule["annotations"]["summary"].endswith(".") or "Always" in str(rule)


@pytest.mark.parametrize("name", sorted(ALERTS))
def test_every_alert_has_its_page(name: str) -> None:
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^#|\Z)", PAGE.read_text(), re.M | re.S))
    assert name in sections, f"{PAGE.name} has no section {name}"
    places = [sections[name].find(heading) for heading in HEADINGS]
    assert min(places) >= 0, f"{name} lacks one of {HEADINGS}"
    assert places == sorted(places)
    assert f"`{ALERTS[name].severity}`" in sections[name]
    assert set(sections) <= set(ALERTS), "a section of no alert"


def test_every_command_of_the_page_is_there() -> None:
    commands = in_text(PAGE)
    assert len(commands) > 50
    assert not list(filter(None, map(wrong, commands)))


def test_the_figures_of_the_design_are_those_of_the_rules() -> None:
    asked = {alert.name: alert.expr for alert in rules.ALERTS}
    for name, figure in {
        "ErrorRateHigh": "> 0.01",
        "ErrorRateCritical": "> 0.05",
        "AnswersSlow": "> 0.2",
        "AnswersVerySlow": "> 1",
        "DiskFilling": "> 0.8",
        "DiskNearlyFull": "> 0.9",
        "DiskFull": "> 0.95",
        "QueueLong": "> 5000",
    }.items():
        assert figure in asked[name], name
    assert ALERTS["NatsUnhealthy"].lasts == "1m"
    assert goal.BACKUP_BAD_S == 7 * goal.DAY


def test_prometheus_accepts_rules_and_configuration() -> None:
    promtool = tool("promtool")
    run(promtool, "check", "rules", str(ROOT / rules.FILE))
    run(promtool, "check", "config", "--syntax-only", str(ROOT / scraping.FILE))


def test_prometheus_asks_every_worker_and_reads_the_rules() -> None:
    asked = yaml.safe_load((ROOT / scraping.FILE).read_text())
    job = asked["scrape_configs"][0]
    assert job["job_name"] == "paperbus"
    assert all('job="paperbus"' in a.expr for a in rules.ALERTS if "process_" in a.expr)
    names = {name for found in job["dns_sd_configs"] for name in found["names"]}
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert names <= set(compose)
    (pattern,) = asked["rule_files"]
    assert (ROOT / rules.FILE) in (ROOT / scraping.FILE).parent.glob(pattern)


def test_alertmanager_accepts_its_configuration_and_tells_the_right_people() -> None:
    amtool = tool("amtool")
    file = str(ALERTMANAGER / "alertmanager.yml")
    run(amtool, "check-config", file)
    for route in set(ROUTES.values()):
        said = run(amtool, "config", "routes", "test", f"--config.file={file}", f"route={route}")
        assert said.strip() == route


def test_what_is_inhibited_is_an_alert() -> None:
    config = yaml.safe_load((ALERTMANAGER / "alertmanager.yml").read_text())
    for rule in config["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            name, value = re.split(r"=~?", matcher.replace('"', ""), maxsplit=1)
            if name != "alertname":
                continue
            for pattern in value.split("|"):
                assert any(re.fullmatch(pattern, alert) for alert in ALERTS), matcher


@pytest.mark.parametrize("mailed", [True, False])
def test_alertmanager_is_started_with_the_settings_of_the_environment(
    mailed: bool, tmp_path: Path
) -> None:
    settings = {"OPERATORS_MAIL": "", "SMTP_HOST": ""}
    if mailed:
        settings = {
            "OPERATORS_MAIL": "a@example.org, b@example.org",
            "SMTP_HOST": "mail.example.org",
            "SMTP_PORT": "25",
            "SMTP_FROM": "it's|me&you@example.org",
            "SMTP_TLS": "none",
        }
    given = {"TMPDIR": str(tmp_path), "ALERTMANAGER": "/bin/echo", **settings}
    said = run("sh", str(ALERTMANAGER / "start.sh"), "--cluster.listen-address=", **given)
    assert said.split() == [
        f"--config.file={tmp_path}/alertmanager.yml",
        "--cluster.listen-address=",
    ]
    made = yaml.safe_load((tmp_path / "alertmanager.yml").read_text())
    receivers = {receiver["name"]: receiver for receiver in made["receivers"]}
    assert set(receivers) == set(ROUTES.values())
    assert ("email_configs" in receivers["page"]) is mailed
    if mailed:
        assert receivers["page"]["email_configs"][0]["to"] == "a@example.org, b@example.org"
        assert made["global"]["smtp_smarthost"] == "mail.example.org:25"
        assert made["global"]["smtp_from"] == "it's|me&you@example.org"
        assert made["global"]["smtp_require_tls"] is False
    if amtool := shutil.which("amtool"):
        run(amtool, "check-config", str(tmp_path / "alertmanager.yml"))


def test_rules_read_only_what_a_replica_count_cannot_change() -> None:
    """What the operator's workers tell alike is put together by max or min, never by sum."""
    told = {PREFIX + gauge.name for gauge in GAUGES}
    for alert in rules.ALERTS:
        names = {selector.metric for selector in selectors(alert.expr)} & told
        for name in names:
            assert not re.search(rf"sum[^()]*\({name}", alert.expr), alert.name
