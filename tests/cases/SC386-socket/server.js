require("node:http").createServer((q, a) => a.end("x")).listen(process.env.PORT);
