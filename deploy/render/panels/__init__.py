"""Draws our dashboards from a running Prometheus, without Grafana: for documents and reports."""
