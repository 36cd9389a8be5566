import os

SECRET_KEY = os.environ.get("SECRET_KEY", "only for tests")
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "mysite.urls"
