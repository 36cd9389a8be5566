import { env } from "$env/dynamic/private";

export const load = () => ({ name: env.NAME ?? "me" });
