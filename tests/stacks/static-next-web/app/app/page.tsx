export default function Page() {
  return <p>hello everybody</p>;
}
