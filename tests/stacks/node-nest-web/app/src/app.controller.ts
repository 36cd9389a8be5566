import { Controller, Get } from "@nestjs/common";

@Controller()
export class AppController {
  @Get()
  name(): string {
    return `${process.env.NAME ?? "me"}\n`;
  }
}
