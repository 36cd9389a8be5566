"""How a server that routes no health path gets two: the lines that its framework wants, for its author to put into the sources."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.spec.archetypes import WEB_SERVICE
from speccompile.survey.found import Found

_ANY = "answer GET /livez and GET /readyz with 200"
_VERSION = regex(r"/v\d+\Z")
# By a dependency's name: what stands behind the application's other routes.
_SPRING = (
    '@GetMapping("/livez") @ResponseBody String livez() { return "ok"; }',
    '@GetMapping("/readyz") @ResponseBody String readyz() { return "ok"; }',
)
_JAXRS = (
    '@GET @Path("/livez") public String livez() { return "ok"; }',
    '@GET @Path("/readyz") public String readyz() { return "ok"; }',
)
_MICRONAUT = ('@Get("/livez") String livez() { return "ok"; }', '@Get("/readyz") String readyz() { return "ok"; }')
_LINES: dict[str, tuple[str, ...]] = {
    "fastify": ('app.get("/livez", async () => "ok");', 'app.get("/readyz", async () => "ok");'),
    "hono": ('app.get("/livez", (c) => c.text("ok"));', 'app.get("/readyz", (c) => c.text("ok"));'),
    "elysia": ('app.get("/livez", () => "ok");', 'app.get("/readyz", () => "ok");'),
    "@koa/router": (
        'router.get("/livez", (ctx) => { ctx.body = "ok"; });',
        'router.get("/readyz", (ctx) => { ctx.body = "ok"; });',
    ),
    "@nestjs/core": ('@Get("livez") livez() { return "ok"; }', '@Get("readyz") readyz() { return "ok"; }'),
    "express": (
        'app.get("/livez", (_request, response) => response.send("ok"));',
        'app.get("/readyz", (_request, response) => response.send("ok"));',
    ),
    "fastapi": ('app.get("/livez")(lambda: "ok")', 'app.get("/readyz")(lambda: "ok")'),
    "quart": (
        'app.add_url_rule("/livez", "livez", lambda: "ok")',
        'app.add_url_rule("/readyz", "readyz", lambda: "ok")',
    ),
    "flask": (
        'app.add_url_rule("/livez", "livez", lambda: "ok")',
        'app.add_url_rule("/readyz", "readyz", lambda: "ok")',
    ),
    "django": (
        'path("livez", lambda request: HttpResponse("ok")),',
        'path("readyz", lambda request: HttpResponse("ok")),',
    ),
    "github.com/gin-gonic/gin": (
        'r.GET("/livez", func(c *gin.Context) { c.String(200, "ok") })',
        'r.GET("/readyz", func(c *gin.Context) { c.String(200, "ok") })',
    ),
    "github.com/labstack/echo": (
        'e.GET("/livez", func(c echo.Context) error { return c.String(200, "ok") })',
        'e.GET("/readyz", func(c echo.Context) error { return c.String(200, "ok") })',
    ),
    "github.com/gofiber/fiber": (
        'app.Get("/livez", func(c *fiber.Ctx) error { return c.SendString("ok") })',
        'app.Get("/readyz", func(c *fiber.Ctx) error { return c.SendString("ok") })',
    ),
    "github.com/go-chi/chi": (
        'r.Get("/livez", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok")) })',
        'r.Get("/readyz", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok")) })',
    ),
    "axum": ('.route("/livez", get(|| async { "ok" }))', '.route("/readyz", get(|| async { "ok" }))'),
    "actix-web": (
        '.route("/livez", web::get().to(HttpResponse::Ok))',
        '.route("/readyz", web::get().to(HttpResponse::Ok))',
    ),
    **dict.fromkeys(("spring-boot-starter-web", "spring-boot-starter-webmvc", "spring-boot-starter-webflux"), _SPRING),
    **dict.fromkeys(("quarkus-rest", "quarkus-rest-jackson", "quarkus-resteasy", "quarkus-resteasy-jackson"), _JAXRS),
    "micronaut-http-server-netty": _MICRONAUT,
}


def lines(one: Found) -> tuple[str, ...]:
    """What to put into the sources of a server in which no health route was seen; () where it has one, or is none."""
    facts = one.detection.facts
    if one.archetype != WEB_SERVICE or one.role or facts.health or facts.pages:
        return ()
    names = {_VERSION.sub("", name) for name in facts.dependencies}
    return next((said for name, said in _LINES.items() if name in names), (_ANY,))
