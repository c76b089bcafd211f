// The field layer by layer, as a table; a click or Enter on a row chooses its layer.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = (root._view ??= { root });
  view.mark ??= () => mark(view);
  view.send = (event) => setTriggerValue("event", event);
  view.data = data;
  if (view.html !== data.html) draw(view, data.html);
  saveButton(view, root.querySelector(".head"));
  window.addEventListener("cnnviz:state", view.mark);
  return () => window.removeEventListener("cnnviz:state", view.mark);
}

// The chosen layer's row, before the server has drawn the way to it.
function mark({ root }) {
  const rows = [...root.querySelectorAll("[data-layer]")];
  const chosen = rows.find((row) => row.dataset.layer === window.__cnnviz?.sel);
  if (chosen) for (const row of rows) row.classList.toggle("chosen", row === chosen);
}

function draw(view, html) {
  const { root } = view;
  view.html = html;
  root.innerHTML = html;
  const pick = (e) => {
    const row = e.target.closest("[data-node]");
    if (!row) return row;
    const { node } = row.dataset;
    choose(view, node, 0);
    uncover(view, () => root.querySelector(`[data-node="${CSS.escape(node)}"]`));
    return row;
  };
  root.onclick = pick;
  root.onkeydown = (e) => {
    e.stopPropagation();
    if (e.key === "Enter" && e.target.closest("[data-node]") && pick(e)) e.preventDefault();
  };
}
