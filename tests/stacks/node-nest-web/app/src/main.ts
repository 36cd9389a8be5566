import "reflect-metadata";
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module.js";

const app = await NestFactory.create(AppModule);
app.setGlobalPrefix("v1", { exclude: ["/"] });
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3100);
