// What a key means here, and when it belongs to somebody else: to a text field, a slider, a focused button.

const MEANING = {
  " ": "toggle", ArrowRight: "forward", ArrowLeft: "back", Home: "first", End: "now", r: "reset", R: "reset", f: "stage", F: "stage", p: "pace", P: "pace",
  Escape: "leave",
};
const OWNERS = [
  [`input:not([type=button], [type=submit], [type=reset], [type=checkbox], [type=radio], [type=range], [type=file], [type=color]),
    textarea, select, [contenteditable=""], [contenteditable=true], [role=textbox], [role=searchbox], [role=combobox],
    [role=spinbutton], [role=listbox], [role=option], [role=menu], [role=menuitem], [role=tree], [role=grid], [role=gridcell],
    [role=application], [role=dialog], iframe, video, audio`, null],
  ["[type=range], [role=slider], [role=scrollbar], [role=separator]", ["ArrowLeft", "ArrowRight", "Home", "End"]],
  ["[type=radio], [role=radio], [role=radiogroup], [role=tab], [role=toolbar]", ["ArrowLeft", "ArrowRight", "Home", "End"]],
  ["[type=radio]:not(:checked), [role=radio]:not([aria-checked=true]), [role=tab]", [" "]], // the chosen one has no use for it
  ["[data-walks]", ["ArrowLeft", "ArrowRight", "Home", "End"]], // its cells or photos are walked by these
  ["button, summary, [role=button], [role=switch], [role=checkbox], [type=checkbox], [type=button], [type=submit], [type=reset], [type=file], [type=color]", [" "]],
];

/** What an event asks for: "toggle", "forward", "epoch", "back", "first", "now", "reset", "stage", "pace", "leave", or null. */
export function meaning({ key, shiftKey, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return null;
  if (key === "ArrowRight" && shiftKey) return "epoch";
  if (shiftKey && !["R", "F", "P"].includes(key)) return null;
  return Object.hasOwn(MEANING, key) ? MEANING[key] : null;
}

/** Whether an element on the way from the focused one up uses this key itself. */
export function taken(path, key) {
  return path.some((element) => element.matches
    && OWNERS.some(([selector, keys]) => element.matches(selector) && (!keys || keys.includes(key))));
}

/** Hear the keys of the whole page until the returned function is called. act(what) says whether it did something. */
export function listen(act) {
  const hear = (event) => {
    const what = meaning(event);
    if (!what || event.defaultPrevented || event.isComposing || taken(event.composedPath(), event.key)) return;
    if (event.repeat && ["toggle", "reset", "stage", "pace"].includes(what)) return event.preventDefault();
    if (!act(what)) return;
    event.preventDefault();
    event.stopPropagation(); // r would also run Streamlit's script again
  };
  window.addEventListener("keydown", hear, true);
  return () => window.removeEventListener("keydown", hear, true);
}
