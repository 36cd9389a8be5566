import { createFileRoute } from "@tanstack/react-router";
import { createServerFn } from "@tanstack/react-start";

const name = createServerFn().handler(() => process.env.NAME ?? "me");

export const Route = createFileRoute("/")({ component: Home, loader: () => name() });

function Home() {
  return <p>{Route.useLoaderData()}</p>;
}
