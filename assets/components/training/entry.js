// Streamlit's entry of the live training. The text of a component travels with every rerun, so that this file only
// fetches live.js, which the app serves beside it, and keeps what it mounted until Streamlit removes it.

const VIEWS = new WeakMap();
const KEYS = [" ", "ArrowRight", "r", "R", "p", "P"]; // what the figure will do with the run: keys.js
const PATIENCE = 5; // times that the server has it, and it does not come: what it fetches may get lost on a weak line

/** About how high the figure will be, in pixels: up to a width, for one run, two and three, of neurons and of a network. */
const HEIGHTS = [
  [520, [1693, 1961, 2394], [1862, 1974, 2414]], [760, [1727, 1816, 2398], [2029, 1795, 2365]],
  [980, [792, 870, 1124], [910, 876, 1133]], [Infinity, [861, 858, 1139], [994, 868, 1155]],
];

/** What is below the figure stands where it will, while that is on its way. */
function keepRoom(host, { loss, room }) {
  const [, ...heights] = HEIGHTS.find(([width]) => host.clientWidth <= width);
  host.style.minHeight = `${heights[room.hidden.length ? 1 : 0][loss.length - 1]}px`;
}

/** Now it takes what it needs, and no longer what ui/rooms.py keeps for it either. */
function letGo(host) {
  host.style.minHeight = "";
  host.closest("[data-testid=stElementContainer]")?.setAttribute("data-there", "");
}

/** Keys that come before the figure, where nothing has the focus that they could be for: it does them when it is there. */
function hear(view) {
  const heard = (event) => {
    const { key, ctrlKey, altKey, metaKey, repeat, target } = event;
    if (!KEYS.includes(key) || ctrlKey || altKey || metaKey || !target.matches?.("body, a")) return;
    event.preventDefault();
    event.stopPropagation();
    if (!repeat) view.keys.push(event);
  };
  addEventListener("keydown", heard, true);
  view.deaf = () => removeEventListener("keydown", heard, true);
}

export default function ({ data, parentElement, setTriggerValue }) {
  let view = VIEWS.get(parentElement);
  if (!view) {
    VIEWS.set(parentElement, (view = { live: null, closed: false, keys: [] }));
    keepRoom(parentElement, data);
    hear(view);
    fetchModule(view, parentElement);
  }
  view.data = data;
  view.trigger = setTriggerValue;
  view.live?.update(data);
  return unlessThere(parentElement, () => {
    view.closed = true;
    view.deaf();
    view.live?.close();
    VIEWS.delete(parentElement);
  });
}

/** Where the line breaks, or a server is just starting, it is asked again, each time under another address. Of one that
 *  the server has and that does not run a sentence tells. */
async function fetchModule(view, host) {
  await null; // the data are there when the entry has returned
  const address = `${location.origin}${view.data.base}/components/training/live.js`;
  for (let tried = 0, there = 0; !view.closed; tried++) {
    try {
      const { mount } = await import(tried ? `${address}?${tried}` : address);
      if (view.closed) return;
      view.deaf();
      view.live = mount(host, view.data, { setTriggerValue: (...told) => view.trigger(...told), keys: view.keys });
      view.live.dressed.then(() => letGo(host));
      return;
    } catch (failure) {
      if (there === PATIENCE) return view.deaf(), host.append(unloaded(host, failure));
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(16_000, 250 * 2 ** tried)));
    there += await fetch(address, { method: "HEAD" }).then(({ ok }) => ok, () => false);
  }
}

function unloaded(host, { message }) {
  letGo(host);
  const textContent = `The live picture of the training could not be loaded (${message}). Reload the page.`;
  return Object.assign(document.createElement("p"), { textContent });
}
