export function loader() {
  return new Response("well\n");
}
