import os

import psycopg2
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def index(request: HttpRequest) -> HttpResponse:
    libpq = psycopg2.extensions.libpq_version()
    return render(request, "shelf/index.html", {"name": os.environ.get("NAME", "world"), "libpq": libpq})
