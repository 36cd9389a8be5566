# syntax=docker/dockerfile:1
FROM nginxinc/nginx-unprivileged:1-alpine-slim
COPY images/ /usr/share/nginx/html/images/
COPY css/ /usr/share/nginx/html/css/
COPY .well-known/ /usr/share/nginx/html/.well-known/
COPY notes/ /usr/share/nginx/html/notes/
COPY 404.html birds.json index.html log.js robots.txt /usr/share/nginx/html/
HEALTHCHECK CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"]
