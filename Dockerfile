# Production image: one for web, worker and beat; docker-compose.yml says which command runs.

FROM node:24-slim AS front
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt /tmp/
RUN python -m venv /venv \
    && /venv/bin/pip install --no-deps --require-hashes --requirement /tmp/requirements.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/app/staticfiles
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --user-group --uid 10001 --home-dir /data --shell /usr/sbin/nologin o2c \
    && install --directory --owner=o2c --group=o2c --mode=700 /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
COPY --from=front /app/node_modules node_modules
# Built without a secret: nothing here signs anything, and the app refuses to serve without one.
RUN python manage.py build_assets \
    && O2C_HASHED_STATIC=1 python manage.py collectstatic --no-input \
    && python manage.py compile_catalogs \
    && rm -rf node_modules .o2c \
    && python -m compileall -q catalog collections core credit customers fulfillment \
        invoicing o2c orders receivables reporting
ENV O2C_PRODUCTION=1 \
    O2C_DATA_DIR=/data
USER o2c
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 \
    CMD ["python", "-m", "o2c.local.health", "http://127.0.0.1:8000/readyz"]
CMD ["gunicorn", "o2c.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--timeout", "120", "--graceful-timeout", "30", \
     "--max-requests", "5000", "--max-requests-jitter", "500", "--no-control-socket", \
     "--worker-tmp-dir", "/dev/shm"]
