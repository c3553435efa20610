// Streamlit's entry of the live training. The text of a component travels with every rerun, so that this file only
// fetches live.js, which the app serves beside it, and keeps what it mounted until Streamlit removes it.

const VIEWS = new WeakMap();

/** About how high the figure will be, in pixels: up to a width, for one run, two and three, of neurons and of a network. */
const HEIGHTS = [
  [520, [1657, 1920, 2388], [1826, 1933, 2408]], [760, [1698, 1791, 2377], [2000, 1770, 2344]],
  [980, [791, 864, 1124], [909, 870, 1133]], [Infinity, [861, 856, 1139], [994, 866, 1155]],
];

/** What is below the figure stands where it will, while that is on its way. */
function keepRoom(host, { loss, room }) {
  const [, ...heights] = HEIGHTS.find(([width]) => host.clientWidth <= width);
  host.style.minHeight = `${heights[room.hidden.length ? 1 : 0][loss.length - 1]}px`;
}

export default function ({ data, parentElement, setTriggerValue }) {
  let view = VIEWS.get(parentElement);
  if (!view) {
    VIEWS.set(parentElement, (view = { live: null, closed: false }));
    keepRoom(parentElement, data);
    fetchModule(view, parentElement);
  }
  view.data = data;
  view.trigger = setTriggerValue;
  view.live?.update(data);
  return unlessThere(parentElement, () => {
    view.closed = true;
    view.live?.close();
    VIEWS.delete(parentElement);
  });
}

/** A server that is just starting may refuse a file: it is asked again, each time under another address. */
async function fetchModule(view, host, attempt = 0) {
  await null; // the data are there when the entry has returned
  try {
    const { mount } = await import(`${location.origin}${view.data.base}/components/training/live.js${attempt ? `?${attempt}` : ""}`);
    if (view.closed) return;
    view.live = mount(host, view.data, { setTriggerValue: (...told) => view.trigger(...told) });
    view.live.dressed.then(() => (host.style.minHeight = ""));
  } catch (failure) {
    if (view.closed) return;
    if (attempt === 8) {
      const sentence = document.createElement("p");
      host.style.minHeight = "";
      sentence.textContent = `The live picture of the training could not be loaded (${failure.message}). Reload the page.`;
      return host.append(sentence);
    }
    setTimeout(() => fetchModule(view, host, attempt + 1), Math.min(4000, 250 * 2 ** attempt));
  }
}
