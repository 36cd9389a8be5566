# syntax=docker/dockerfile:1
FROM python:3.12-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir poetry==2.5.1
RUN python -m venv --without-pip /app/.venv
ENV VIRTUAL_ENV=/app/.venv POETRY_VIRTUALENVS_IN_PROJECT=true POETRY_CACHE_DIR=/root/.cache/pypoetry
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN --mount=type=cache,target=/root/.cache/pypoetry poetry install --only main --no-interaction --compile
COPY manage.py ./
COPY config/ config/
COPY shelf/ shelf/
RUN SECRET_KEY=collectstatic .venv/bin/python manage.py collectstatic --noinput

FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /app/.venv/ .venv/
COPY --from=build /app/staticfiles/ staticfiles/
COPY manage.py ./
COPY shelf/ shelf/
COPY config/ config/
USER 1000
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/', timeout=3)"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "config.wsgi:application"]
