import { createAsync, query } from "@solidjs/router";

const name = query(async () => {
  "use server";
  return process.env.NAME ?? "me";
}, "name");

export default function Home() {
  const told = createAsync(() => name(), { deferStream: true });
  return <p>{told()}</p>;
}
