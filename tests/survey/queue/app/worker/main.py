import os

from redis import Redis

for _ in range(3):
    print(Redis(host=os.environ["CACHE_HOST"]).brpop("jobs", timeout=1))
