// The field layer by layer, as a table; a click or Enter on a row chooses its layer.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = (root._view ??= { root });
  view.send = (event) => setTriggerValue("event", event);
  if (view.html === data.html) return;
  view.html = data.html;
  root.innerHTML = data.html;
  const pick = (e) => {
    const row = e.target.closest("[data-node]");
    if (row) choose(view, row.dataset.node, 0);
    return row;
  };
  root.onclick = pick;
  root.onkeydown = (e) => {
    e.stopPropagation();
    if (e.key === "Enter" && e.target.closest("[data-node]") && pick(e)) e.preventDefault();
  };
}
