// Streamlit's entry of the live training. The text of a component travels with every rerun, so that this file only
// fetches training/live.js, which the app serves beside it, and keeps what it mounted until Streamlit removes it.

const VIEWS = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let view = VIEWS.get(parentElement);
  if (!view) {
    VIEWS.set(parentElement, (view = { live: null, closed: false }));
    fetchModule(view, parentElement);
  }
  view.data = data;
  view.trigger = setTriggerValue;
  view.live?.update(data);
  return () => {
    view.closed = true;
    view.live?.close();
    VIEWS.delete(parentElement);
  };
}

/** A server that is just starting may refuse a file: it is asked again, each time under another address. */
async function fetchModule(view, host, attempt = 0) {
  await null; // the data are there when the entry has returned
  const base = view.data.base ? `/${view.data.base.replace(/^\/+|\/+$/g, "")}` : "";
  try {
    const { mount } = await import(`${location.origin}${base}/components/training/live.js${attempt ? `?${attempt}` : ""}`);
    if (!view.closed) view.live = mount(host, view.data, { setTriggerValue: (...told) => view.trigger(...told) });
  } catch (failure) {
    if (view.closed) return;
    if (attempt === 8) {
      const sentence = document.createElement("p");
      sentence.textContent = `The live picture of the training could not be loaded (${failure.message}). Reload the page.`;
      return host.append(sentence);
    }
    setTimeout(() => fetchModule(view, host, attempt + 1), Math.min(4000, 250 * 2 ** attempt));
  }
}
