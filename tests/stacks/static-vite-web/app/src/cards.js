export const cards = [
  { column: "todo", title: "Write the board" },
  { column: "done", title: `Read ${import.meta.env.VITE_SOURCE ?? "the sources"}` },
];
