import { defineConfig } from "astro/config";

export default defineConfig({ site: "https://leaflet.example.com", trailingSlash: "always" });
