let visits = 0;

/** One more visit, which is written down. */
export async function count(): Promise<number> {
  visits += 1;
  await Deno.writeTextFile("/tmp/visits", `${visits}\n`);
  return visits;
}
