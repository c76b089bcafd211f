// What the page is and the list of keys: a modal dialog, so the focus stays in it and Escape closes it.
function help(shared) {
  const old = document.querySelector("dialog.keys");
  if (old) return void old.close();
  const { title, first, close, groups } = shared.help;
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-label", title);
  const row = ([key, says]) => `<div><dt>${key.split(" ").map(cap).join(" ")}</dt><dd>${text(says)}</dd></div>`;
  const group = (g) => `<section><h3>${text(g.name)}</h3><dl>${g.keys.map(row).join("")}</dl></section>`;
  dialog.innerHTML =
    `<header><h2>${text(title)}</h2><button type="button" aria-label="${text(close)}"></button></header><p>${text(first)}</p>` +
    `<div class="groups">${groups.map(group).join("")}</div>`;
  dialog.querySelector("button").onclick = () => dialog.close();
  dialog.onclick = (e) => e.target === dialog && dialog.close(); // beside it
  dialog.onclose = () => dialog.remove();
  app().append(dialog);
  dialog.showModal();
}

const cap = (key) => (key === "…" ? "…" : `<kbd>${text(key)}</kbd>`);

