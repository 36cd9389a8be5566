export const dynamic = "force-dynamic";

export default function Page() {
  return <p>{process.env.NAME ?? "me"}</p>;
}
