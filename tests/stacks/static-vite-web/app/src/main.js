import "./style.css";
import { cards } from "./cards.js";

const board = document.getElementById("board");

function show(path) {
  const wanted = decodeURIComponent(path.slice(1));
  board.replaceChildren(
    ...cards
      .filter((card) => !wanted || card.column === wanted)
      .map((card) => Object.assign(document.createElement("p"), { textContent: `${card.column}: ${card.title}` })),
  );
}

addEventListener("popstate", () => show(location.pathname));
show(location.pathname);
