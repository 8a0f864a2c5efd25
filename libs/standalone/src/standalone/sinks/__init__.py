"""Local sinks for webhooks and mail, for demos and tests."""
