export default function Home() {
  return <p>everybody</p>;
}
