const list = document.getElementById("birds");

async function show() {
  const birds = await (await fetch("birds.json")).json();
  for (const { name, seen } of birds) {
    const item = document.createElement("li");
    item.textContent = `${name}: ${seen}`;
    list.append(item);
  }
}

show();
