import os

from django.http import HttpRequest, HttpResponse
from django.urls import path


def health(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def index(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"hello {os.environ.get('NAME', 'world')}")


urlpatterns = [path("health/", health), path("", index)]
