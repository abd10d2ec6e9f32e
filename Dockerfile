# The site and its search worker, from the same pins as a laptop. See docs/deployment.md.
FROM python:3.12-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app

# Packages first: they change less often than the sources.
COPY requirements.txt ./
RUN pip install --require-hashes --no-deps --requirement requirements.txt

COPY . .
# Editable, because templates, static files and translations are read from the source tree.
RUN pip install --no-build-isolation --no-deps --editable . \
    && python -m compileall -q /opt/venv .
# The values are of no importance here, only that there are some.
RUN DJANGO_SETTINGS_MODULE=passerelle.settings.production \
    SECRET_KEY=only-to-collect-static-files ALLOWED_HOSTS=localhost BASE_URL=https://localhost \
    PASSERELLE_DATA_DIR=/tmp/data PASSERELLE_STATIC_ROOT=/app/collected \
    python manage.py collectstatic --no-input


FROM python:3.12-slim-bookworm

# What is written lies in /data; the program itself belongs to root and cannot change.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin passerelle \
    && install --directory --owner passerelle --group passerelle --mode 0750 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=passerelle.settings.production \
    PASSERELLE_DATA_DIR=/data \
    PASSERELLE_STATIC_ROOT=/app/collected \
    BIND=0.0.0.0:8000
USER passerelle
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
    CMD ["python", "deploy/healthcheck.py", "/healthz"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py"]
