// The unit that the address names, told to the view of receptive fields: small, changes often.
export default function ({ data }) {
  (window.__cnnviz ??= {}).unit = data;
  window.dispatchEvent(new CustomEvent("cnnviz:unit"));
}
