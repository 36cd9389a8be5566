import express from "express";
import { router } from "./routes";

const app = express();
app.use(router);
app.use(express.static("public"));
const port = Number(process.env.PORT || 5001);
const server = app.listen(port, () => console.log(`listening on ${port}`));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
