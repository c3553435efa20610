// What Streamlit's frame around the pages lacks. It runs before Streamlit's own scripts, once for as long as a tab is open.

// Streamlit's menu is one list, and its sections stand between the list and its links: for whoever hears the page those
// are no list at all. So each section is one, with its heading as its name.
new MutationObserver(() => {
  for (const section of document.querySelectorAll("[data-testid=stSidebarNavItems] > div:not([role])")) {
    section.parentElement.setAttribute("role", "none")
    section.setAttribute("role", "list")
    section.setAttribute("aria-label", section.querySelector("header p")?.textContent ?? "")
  }
}).observe(document, { childList: true, subtree: true })

// A widget that Back, a button or a run has moved is drawn anew, under another key (ui/moved.py). Where the one before
// had the focus, it has: else the arrow keys would scroll the page, and a screen reader begin at its top.
{
  const KEYED = '[data-testid="stElementContainer"][class*="st-key-"]', PARTS = "input, button"
  const parts = (widget) => [...widget.querySelectorAll(PARTS)]
  /** Its key, but for the number that says how often it was moved. */
  const keyOf = (widget) => widget.getAttribute("class")?.match(/st-key-\S+/)?.[0].replace(/-\d+$/, "")
  let at = null // the part that has the focus, its widget, and which of the widget's parts it is

  const look = new MutationObserver(() => {
    if (!at || at.widget.isConnected) return
    const anew = [...at.around.children].find((place) => keyOf(place) === at.key)
    if (anew && document.activeElement === document.body) parts(anew)[at.place]?.focus({ preventScroll: true })
  })

  const come = ({ target }) => {
    const widget = target.closest(KEYED), place = widget ? parts(widget).indexOf(target) : -1
    look.disconnect()
    at = place < 0 ? null : { target, widget, place, key: keyOf(widget), around: widget.parentElement }
    if (at) look.observe(at.around, { childList: true })
  }
  document.addEventListener("focusin", come, true) // on its way down: a group of choices hands it on to one of them
  // What is taken out of the page loses the focus too, but nobody has looked elsewhere.
  document.addEventListener("focusout", ({ target }) =>
    queueMicrotask(() => {
      if (target === at?.target && target.isConnected && target !== document.activeElement) at = null
    }),
  )
}

// Under a finger a slider's track lets the page scroll (page.css). A tap, which scrolls nothing, is handed to it.
document.addEventListener("click", ({ target, clientX, clientY }) => {
  const track = target.closest("[data-testid=stSlider]")?.querySelector("[data-orientation]:has(> div > div > input)")
  if (!track || track.contains(target) || getComputedStyle(track).pointerEvents !== "none") return
  const { left, right, top, bottom } = track.getBoundingClientRect()
  if (clientX < left || clientX > right || clientY < top || clientY > bottom) return
  const finger = { clientX, clientY, pointerId: 1, pointerType: "touch", isPrimary: true, bubbles: true, cancelable: true }
  for (const does of ["pointerdown", "pointerup"]) track.dispatchEvent(new PointerEvent(does, finger))
})
