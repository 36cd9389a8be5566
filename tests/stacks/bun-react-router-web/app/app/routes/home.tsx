export function loader() {
  return { name: process.env.NAME ?? "me" };
}

export default function Home({ loaderData }: { loaderData: { name: string } }) {
  return <p>{loaderData.name}</p>;
}
