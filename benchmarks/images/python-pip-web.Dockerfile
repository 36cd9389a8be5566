# syntax=docker/dockerfile:1
FROM python:3.12-slim AS build
RUN python -m venv --without-pip /app/.venv
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip --python /app/.venv install -r requirements.txt

FROM python:3.12-slim
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /app/.venv/ .venv/
COPY templates/ templates/
COPY app.py ./
USER 1000
EXPOSE 8080
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/', timeout=3)"]
CMD ["gunicorn", "--bind", "0.0.0.0:8080", "--worker-tmp-dir", "/dev/shm", "app:app"]
