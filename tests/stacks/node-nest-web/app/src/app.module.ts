import { Module } from "@nestjs/common";
import { AppController } from "./app.controller.js";
import { HealthController } from "./health.controller.js";

@Module({ controllers: [AppController, HealthController] })
export class AppModule {}
