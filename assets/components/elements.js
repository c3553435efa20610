// Elements and their SVG cousins in one line. Text is set as text, never parsed as HTML.

/** <tag class="className"> with children: strings, numbers or nodes. */
export function make(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** An SVG element with its attributes; children as above. */
export function makeSvg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** No line ends within "J = 1.92": around a sign that relates two things the spaces hold them together.
 *  Behind a bar, opening or closing, a joiner does: a line may end there whatever follows. */
export function unbroken(sentence) {
  return sentence.replace(/ ([=<>≈]) /g, "\u00a0$1\u00a0").replace(/[|](?=[\p{L}\d\u00a0])/gu, "|\u2060");
}

/** "w∘xᵀ" as children of an element: Inter has no ᵀ, so that a T is raised for it. */
export function transposed(text) {
  return text.split(/(ᵀ)/).map((part) => (part === "ᵀ" ? make("sup", "", "T") : part));
}

/** Whether fingers are what points here: they tap, and there is nothing to hover with. */
export const FINGERS = () => matchMedia("(pointer: coarse)").matches;

/** A slider for fingers: one that turns out to scroll the page has not meant it, and leaves it as it was. */
export function slider(input = make("input")) {
  input.type = "range";
  let before = input.value;
  input.addEventListener("pointerdown", () => (before = input.value));
  input.addEventListener("pointercancel", () => {
    if (input.value === before) return;
    input.value = before;
    for (const type of ["input", "change"]) input.dispatchEvent(new Event(type));
  });
  return input;
}

/** When a hand has done something: later than the deed before. The server says of which deed it has heard, and what it
 *  says before it has heard of the newest is on its way back from an older one: nothing to go by. */
export function after(deed) {
  return Math.max(Date.now(), deed + 1);
}

/** A key with Ctrl, Alt or ⌘ is the browser's own, such as back, and no figure's. */
export function isShortcut(event) {
  return event.ctrlKey || event.metaKey || event.altKey;
}

/** How much larger than by its own pixels a drawing is seen: in a lecture hall all letters are (assets/page.css). */
export function unitOf(node) {
  return Number(getComputedStyle(node).getPropertyValue("--unit")) || 1
}

/** Where an element stands in the window, in the pixels of a pointer: of that, Safari of 2025 leaves CSS zoom out. */
export function boxOf(node) {
  const { x, y, width, height } = node.getBoundingClientRect()
  let zoom = 1
  if (leavesZoomOut()) for (let one = node; one; one = one.parentElement) zoom *= Number(getComputedStyle(one).zoom) || 1
  return new DOMRect(zoom * x, zoom * y, zoom * width, zoom * height)
}

let without

function leavesZoomOut() {
  if (without === undefined) {
    const probe = make("div")
    probe.style.cssText = "position: fixed; zoom: 2; width: 50px"
    document.body.append(probe)
    without = probe.getBoundingClientRect().width < 75
    probe.remove()
  }
  return without
}
