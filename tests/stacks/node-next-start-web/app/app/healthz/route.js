export const GET = () => new Response("well\n");
