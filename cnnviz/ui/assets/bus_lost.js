// Streamlit's own word on an address without a page, in English alone: closed. Home says it.
function closeLost(shared) {
  if (shared.lost) return;
  shared.lost = new MutationObserver(lost);
  shared.lost.observe(document.body, { childList: true });
  lost();
}

function lost() {
  const title = document.querySelector('.stDialog h2[slot="title"]');
  if (title?.textContent !== "Page not found") return;
  title.closest('[role="dialog"]').querySelector("button").click();
}
