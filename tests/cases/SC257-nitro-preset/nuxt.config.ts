export default defineNuxtConfig({
  nitro: { preset: "cloudflare_module" },
});
