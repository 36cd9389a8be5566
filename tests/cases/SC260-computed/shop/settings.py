import os

INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_ROOT = os.environ["STATIC_ROOT"]
