export default defineEventHandler(() => ({ name: process.env.NAME ?? "me" }));
