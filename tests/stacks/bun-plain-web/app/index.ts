const { PORT = "3000", NAME = "world" } = process.env;

Bun.serve({
  port: Number(PORT),
  routes: { "/health": new Response("ok") },
  fetch: () => new Response(`hello ${NAME}`),
});
