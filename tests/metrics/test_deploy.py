"""What is brought along for Prometheus and Grafana, held against what is really exposed."""

import json
import re
from collections import defaultdict
from functools import cache

import pytest
import yaml

from tests.metrics.exposed import samples, served
from tests.style.tree import ROOT
from tests.voice.line import TEN, a_line

DASHBOARD = ROOT / "deploy" / "grafana" / "slotkeeper.json"
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
SCRAPING = ROOT / "deploy" / "prometheus" / "prometheus.yml"

METRIC = re.compile(r"\b(slotkeeper_\w+|process_\w+|python_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
GROUPING = re.compile(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)")
LEGEND = re.compile(r"\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}")
# Prometheus itself puts these on whatever it scrapes.
OF_THE_TARGET = {"job", "instance"}


@cache
def panels():
    """The dashboard's panels that have a query."""
    return [one for one in json.loads(DASHBOARD.read_text())["panels"] if "targets" in one]


@cache
def rules():
    """The alerts."""
    return [
        rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]
    ]


def queries():
    """Every query: its place, its text, and the texts that name its labels."""
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"], [target["legendFormat"]]
    for rule in rules():
        yield rule["alert"], rule["expr"], list(rule["annotations"].values())
    for variable in json.loads(DASHBOARD.read_text())["templating"]["list"]:
        if variable["type"] == "query":
            asked = variable["query"]["query"]
            name, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", asked).groups()
            yield variable["name"], f"max by ({label}) ({name})", []


@pytest.fixture(scope="module")
async def exposed(store):
    """The labels of every sample that a server exports after a few requests."""
    async with served(store) as http:
        line = await a_line(http, store)
        await line.tool("check_availability", TEN)
        async with http.get("/metrics") as answer:
            found = samples(await answer.text())
    labels = defaultdict(set)
    for name, *pairs in found:
        labels[name] |= {label for label, _ in pairs}
    return labels


def test_every_queried_metric_is_exported(exposed):
    """No panel stays empty and no alert silent because of a misspelt name."""
    unknown = {
        (where, name)
        for where, expression, _ in queries()
        for name, _ in METRIC.findall(expression)
        if name not in exposed
    }
    assert not unknown


def test_every_matched_label_is_on_its_metric(exposed):
    """A matcher on a label that the metric lacks would match nothing."""
    unknown = {
        (where, name, label)
        for where, expression, _ in queries()
        for name, matchers in METRIC.findall(expression)
        for label in MATCHER.findall(re.sub(r'"[^"]*"', '""', matchers))
        if label not in exposed[name] | OF_THE_TARGET
    }
    assert not unknown


def test_every_grouped_or_printed_label_is_on_its_metric(exposed):
    """Labels in ``by``, in a legend or in an alert's text belong to the metrics of the query."""
    unknown = set()
    for where, expression, texts in queries():
        there = set(OF_THE_TARGET)
        for name, _ in METRIC.findall(expression):
            there |= exposed[name]
        grouped = re.split(r"[,\s]+", ",".join(GROUPING.findall(expression)))
        named = {label for label in grouped if label} | set(LEGEND.findall(" ".join(texts)))
        unknown |= {(where, label) for label in named - there}
    assert not unknown


def test_business_figures_of_several_servers_are_not_added_up(exposed):
    """Each server exports the same totals, so a query takes their ``max`` before it sums."""
    summed = [
        (where, expression)
        for where, expression, _ in queries()
        for name, _ in METRIC.findall(expression)
        if "company" in exposed[name] and "max by (company" not in expression
    ]
    assert not summed


def test_every_panel_says_what_it_shows():
    """Each panel has a title and a sentence that a salon's owner understands."""
    assert len({panel["id"] for panel in panels()}) == len(panels())
    assert all(panel["title"] and panel["description"].endswith(".") for panel in panels())


def test_panels_do_not_lie_on_one_another():
    """Each panel has its own place on the grid of 24 columns."""
    taken = defaultdict(list)
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                taken[x, y].append(panel["title"])
    assert not [titles for titles in taken.values() if len(titles) > 1]


def test_every_alert_has_a_severity_and_says_what_to_do():
    """An alert wakes somebody, who must know what to do."""
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "warning"), rule["alert"]
        assert {"summary", "description"} <= set(rule["annotations"]), rule["alert"]


def test_the_gravest_failures_have_alerts():
    """Each of these metrics is watched by an alert."""
    watched = " ".join(rule["expr"] for rule in rules())
    for name in (
        "slotkeeper_told_free_then_refused_total",
        "slotkeeper_errors_total",
        "slotkeeper_http_request_seconds_count",
        'slotkeeper_tool_seconds_bucket{tool="check_availability"}',
        "slotkeeper_reservations_converted_total",
        "slotkeeper_pool_connections",
        "slotkeeper_up == 0",
        'up{job="slotkeeper"} == 0',
    ):
        assert name in watched, name


def test_the_example_scrapes_the_job_that_the_alerts_name():
    """The alerts query ``up`` by the name of this job."""
    config = yaml.safe_load(SCRAPING.read_text())
    assert config["rule_files"] == [ALERTS.name]
    assert [job["job_name"] for job in config["scrape_configs"]] == ["slotkeeper"]
