export default function Home() { return <h1>hello from router</h1>; }
