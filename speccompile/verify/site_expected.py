"""The directives that a static site's plan implies, each with the block it belongs into."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote

from speccompile.plan.site import Site
from speccompile.provenance import Origin
from speccompile.verify.nginx_statements import Statement, found
from speccompile.verify.readers.nginx import read

# What holds for any site, in nginx's own words.
_ALWAYS = r"""
daemon off;
worker_rlimit_nofile 4096;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
events { worker_connections 1024; }
http {
  map $request_uri $logged_path { "~^(?<path>[^?]*)" $path; }
  log_format structured escape=json
    '{"time":"$time_iso8601",' '"request_id":"$http_x_request_id",' '"remote_addr":"$remote_addr",' '"host":"$host",'
    '"request":"$request_method $logged_path $server_protocol",' '"status":"$status",' '"bytes_sent":$bytes_sent,' '"request_time":$request_time,'
    '"user_agent":"$http_user_agent"}';
  access_log /dev/stdout structured;
  error_log /dev/stderr emerg;
  server_tokens off;
  types {
    application/atom+xml atom; application/gzip gz; application/json json map; application/manifest+json webmanifest;
    application/pdf pdf; application/rss+xml rss; application/wasm wasm; application/xml xml xsl; application/zip zip;
    audio/mp4 m4a; audio/mpeg mp3; audio/ogg oga ogg opus; audio/wav wav;
    font/otf otf; font/ttf ttf; font/woff woff; font/woff2 woff2;
    image/avif avif; image/gif gif; image/jpeg jpeg jpg; image/png png; image/svg+xml svg; image/webp webp;
    image/x-icon ico; model/gltf-binary glb;
    text/calendar ics; text/css css; text/csv csv; text/html htm html; text/javascript cjs js mjs; text/markdown md;
    text/plain txt; text/vtt vtt;
    video/mp4 mp4; video/quicktime mov; video/webm webm;
  }
  default_type application/octet-stream;
  charset utf-8;
  charset_types text/calendar text/css text/csv text/javascript text/markdown text/plain text/vtt;

  client_body_temp_path /tmp/client_body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;

  client_header_timeout 10s; client_body_timeout 10s; client_max_body_size 16k; send_timeout 10s; keepalive_timeout 30s;
  reset_timedout_connection on; sendfile on; tcp_nopush on;
  open_file_cache max=1024 inactive=5m; open_file_cache_errors on; open_file_cache_valid 5m;

  gzip on; gzip_comp_level 5; gzip_min_length 1024; gzip_proxied any; gzip_vary on;
  gzip_types application/atom+xml application/json application/manifest+json application/rss+xml application/wasm
    application/xml font/otf font/ttf image/svg+xml image/x-icon model/gltf-binary text/calendar text/css text/csv
    text/javascript text/markdown text/plain text/vtt;

  map $uri $cache_control { default no-cache; }
  add_header Cache-Control $cache_control;
  add_header Referrer-Policy strict-origin-when-cross-origin always;
  add_header X-Content-Type-Options nosniff always;
  add_header X-Frame-Options SAMEORIGIN always;

  server {
    server_name _;
    absolute_redirect off;
    index index.html index.htm;
    error_page 403 =404 /404.html;
    error_page 404 /404.html;
    location = /404.html { internal; }
    location ~ "/\.(?!well-known(?:/|$))" { return 404; }
  }
}
"""
_LOADED = (
    r"\.(?:avif|bmp|css|csv|eot|gif|glb|gz|ico|jpe?g|js|json|m4a|map|md|mjs|mov|mp3|mp4|ogg|otf|pdf|png|svg|ttf|txt|"
    r"wasm|wav|webm|webmanifest|webp|woff2?|xml|zip)$"
)
_DIGEST = r"[-.](?=[a-z_-]*[A-Z0-9])[A-Za-z0-9_-]{8,}(?:\.[a-z0-9]+)+$"
_HTTP = ("http",)
_SERVER = ("http", "server _")
FOR_GOOD = "public, max-age=31536000, immutable"
"""What is said of files that never change."""


def expected(site: Site) -> Iterator[tuple[Statement, Origin]]:
    """Every statement that *site* implies, with what implies it."""
    for statement in _always():
        yield statement, site.origin
    yield Statement((), "worker_processes", (str(site.workers),)), site.origin
    yield Statement((), "worker_shutdown_timeout", (f"{site.drain.seconds}s",)), site.drain.origin
    if site.compressed:
        yield Statement(_HTTP, "gzip_static", ("on",)), site.origin
    for pattern in sorted(kept(site)):
        yield Statement((*_HTTP, "map $uri $cache_control"), pattern, (FOR_GOOD,)), site.origin
    yield Statement(_SERVER, "listen", (str(site.listen.port), "default_server")), site.listen.origin
    yield Statement(_SERVER, "root", (site.root,)), site.origin
    if site.health:
        path = unquote(site.health.path)
        yield Statement(_SERVER, "location", ("=", path)), site.health.origin
        inside = (*_SERVER, f"location = {path}")
        yield Statement(inside, "access_log", ("off",)), site.health.origin
        yield Statement(inside, "default_type", ("text/plain",)), site.health.origin
        yield Statement(inside, "return", ("200", "ok\n")), site.health.origin
    for statement in _paths(site):
        yield statement, site.origin


def kept(site: Site) -> frozenset[str]:
    """The patterns of what never changes: all that is below some directories, names with digests below others."""
    whole = {f"~^/{directory}/" for directory in site.immutable}
    return frozenset(
        whole | {f"~^/{directory}/.*{_DIGEST}" if directory else f"~^/[^/]*{_DIGEST}" for directory in site.digested}
    )


@cache
def _always() -> tuple[Statement, ...]:
    return tuple(statement for statement, _ in found(read(_ALWAYS).directives))


def _paths(site: Site) -> Iterator[Statement]:
    yield Statement(_SERVER, "location", ("/",))
    ends = ("$uri/index.html", site.page) if site.page else ("$uri/", "=404")
    yield Statement((*_SERVER, "location /"), "try_files", ("$uri", "$uri.html", *ends))
    if site.page:
        yield Statement(_SERVER, "location", ("~*", _LOADED))
        yield Statement((*_SERVER, f"location ~* {_LOADED}"), "try_files", ("$uri", "=404"))
