import { type ApplicationConfig, mergeApplicationConfig } from "@angular/core";
import { provideServerRendering, RenderMode, withRoutes } from "@angular/ssr";
import { config as browser } from "./app.config";

const server: ApplicationConfig = {
  providers: [provideServerRendering(withRoutes([{ path: "**", renderMode: RenderMode.Server }]))],
};

export const config = mergeApplicationConfig(browser, server);
