const http = require("node:http");
const { title } = require("@acme/ui");

http.createServer((_, response) => response.end(title(process.env.API_URL))).listen(process.env.PORT || 3000);
