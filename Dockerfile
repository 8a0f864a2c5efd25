# syntax=docker/dockerfile:1
# One recipe for every image of paperbus:
#
#   docker build --build-arg SERVICE=indexer -t paperbus-indexer .
#
# SERVICE is fetcher, indexer, summarizer, gateway, notifier, or cli for the operator's worker and
# commands. `docker buildx bake -f compose.yaml --set '*.platform=linux/amd64,linux/arm64'` builds all
# of them for both processors. docs/operations/compose.md says more.
ARG PYTHON=3.11.15-slim-bookworm

FROM python:${PYTHON} AS build
ARG SERVICE
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/paperbus
ENV PATH=/opt/paperbus/bin:$PATH
WORKDIR /src
# One package of weights (wordllama) has no wheel for arm64 and is compiled there; neither compiler
# nor headers leave this stage. Debian keeps only the newest version, so none can be pinned.
ARG TARGETARCH
# hadolint ignore=DL3008
RUN if [ "$TARGETARCH" = arm64 ]; then \
      apt-get update && apt-get install -y --no-install-recommends gcc g++ libc6-dev \
      && rm -rf /var/lib/apt/lists/*; \
    fi
# First what changes seldom. Hashes are checked for everything that is downloaded.
COPY requirements.lock ./
RUN pip install --no-deps --require-hashes -r requirements.lock
COPY libs libs
COPY services services
RUN pip install --no-deps --no-build-isolation ./libs/* ./services/*
# The lock is one for all, so that all images hold the same versions; what this service does not
# use goes away again, and pip and the build tools with it.
COPY deploy/image/prune.py ./
RUN python prune.py "paperbus-${SERVICE:?set --build-arg SERVICE}" \
    && python -m compileall -q -j 0 /opt/paperbus/lib
# What a container of this image runs when nothing else is said.
RUN if [ "$SERVICE" = cli ]; then run="paperbus operate"; else run="$SERVICE run"; fi \
    && printf '#!/bin/sh\nexec %s\n' "$run" > /opt/paperbus/bin/start \
    && chmod 755 /opt/paperbus/bin/start

FROM python:${PYTHON}
ARG SERVICE
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="paperbus-${SERVICE}" \
      org.opencontainers.image.description="The ${SERVICE} of paperbus, a self-hosted research radar." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/paperbus/paperbus" \
      org.opencontainers.image.documentation="https://github.com/paperbus/paperbus/tree/main/docs" \
      org.opencontainers.image.vendor="paperbus" \
      org.opencontainers.image.base.name="docker.io/library/python"
# Nothing in a running container installs anything.
RUN pip uninstall --yes pip setuptools wheel \
    && rm -rf /usr/local/lib/python3.11/ensurepip /usr/local/lib/python3.11/lib2to3 \
    && install -d -o 10001 -g 10001 -m 0700 /var/cache/paperbus \
    && install -d -m 0755 /etc/paperbus
# Backups of user data go to a git repository, where one is named.
# hadolint ignore=DL3008
RUN if [ "$SERVICE" = cli ]; then \
      apt-get update && apt-get install -y --no-install-recommends git openssh-client \
      && rm -rf /var/lib/apt/lists/*; \
    fi
COPY --from=build /opt/paperbus /opt/paperbus
COPY config/feeds /etc/paperbus/feeds
# Reports show its head.
COPY CHANGELOG.md /usr/share/paperbus/CHANGELOG.md
ENV PATH=/opt/paperbus/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HEALTH_HOST=0.0.0.0 \
    HEALTH_PORT=9090 \
    LOG_FORMAT=json \
    FEEDS_DIR=/etc/paperbus/feeds \
    CHANGELOG_FILE=/usr/share/paperbus/CHANGELOG.md \
    EMBEDDING_CACHE_DIR=/var/cache/paperbus
WORKDIR /tmp
# A number, so that Kubernetes can see that it is not root. Nothing is written but /tmp and
# /var/cache/paperbus, so the root file system may be read-only.
USER 10001:10001
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['HEALTH_PORT'] + '/health/live', timeout=4)"]
CMD ["start"]
