export default defineEventHandler(() => "well\n");
