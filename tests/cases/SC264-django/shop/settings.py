ALLOWED_HOSTS = []
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
