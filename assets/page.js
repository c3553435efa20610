// What Streamlit's frame around the pages lacks. It runs before Streamlit's own scripts, once for as long as a tab is open.

// What only whoever hears the page misses.
{
  let places = 0 // for files, so far
  let title = document.title
  const page = document.createElement("div")
  page.setAttribute("role", "status")
  page.style.cssText = "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)"
  const heard = () => {
    // Another page comes without a word, and the focus stays on its link in the menu: it is announced.
    if (!page.isConnected) document.body?.append(page)
    else if (document.title !== title) page.textContent = (title = document.title).split(" · ")[0]
    // Streamlit's menu is one list, and its sections stand between the list and its links: so they are no list at all.
    // So each section is one, with its heading as its name, and that once; nor is it the first of the links.
    for (const section of document.querySelectorAll("[data-testid=stSidebarNavItems] > div:not([role])")) {
      const heading = section.querySelector("header")
      section.parentElement.setAttribute("role", "none")
      section.setAttribute("role", "list")
      section.setAttribute("aria-label", heading?.querySelector("p")?.textContent ?? "")
      heading?.setAttribute("aria-hidden", "true")
    }
    // Where it leads nowhere, on the first page, "Logo" is no picture's description.
    for (const logo of document.querySelectorAll("img[alt=Logo]")) logo.alt = ""
    // Every link to a heading is called "Link to heading": each says to which, also when that changes.
    for (const link of document.querySelectorAll("[data-testid=stHeaderActionElements] > a:not([aria-labelledby])")) {
      const heading = link.parentElement.parentElement.querySelector("[data-heading-text][id]")
      if (!heading) continue
      link.id = `to-${heading.id}`
      link.setAttribute("aria-labelledby", `${link.id} ${heading.id}`)
    }
    // A figure by Plotly has words that tell what it shows. Under them every line of it is an image without a name.
    for (const drawing of document.querySelectorAll("[role=figure][aria-label] > .js-plotly-plot:not([aria-hidden])")) {
      drawing.parentElement.setAttribute("role", "img")
      drawing.setAttribute("aria-hidden", "true")
    }
    // Every button for files is called "Upload", and beside it stands one that is not seen, "file upload".
    for (const button of document.querySelectorAll("[data-testid=stFileUploaderDropzone] button:not([aria-labelledby])")) {
      const place = button.closest("[data-testid=stFileUploaderDropzone]")
      place.id ||= `files-${(places += 1)}`
      button.id = `${place.id}-button`
      button.setAttribute("aria-labelledby", `${button.id} ${place.id}`)
      place.querySelector("input[type=file]")?.setAttribute("aria-hidden", "true")
    }
    // A slider is called by its own name and by its group's, which is the same.
    for (const slider of document.querySelectorAll("[data-testid=stSlider] [role=group] input[aria-labelledby]")) {
      const name = slider.getAttribute("aria-label")
      if (name && name === slider.closest("[role=group]").getAttribute("aria-label")) slider.removeAttribute("aria-labelledby")
    }
    document.querySelector("#js-plotly-tester:not([aria-hidden])")?.setAttribute("aria-hidden", "true")
  }
  new MutationObserver(heard).observe(document, { childList: true, subtree: true })
}

// KaTeX sets "a shape below a symbol" in letters (mi, mo) that have parts. To a screen reader a letter has none, and the
// symbol is left out: "= +" for z = Wx + b. Such a formula is heard from a copy in which they are groups. React keeps its
// own.
{
  const LETTERS_WITH_PARTS = ":is(mi, mo, mn):has(> *)"
  const told = (formula) => formula.querySelector("annotation")?.textContent ?? ""
  const copied = (formula) => {
    const copy = formula.cloneNode(true)
    copy.dataset.heard = told(formula)
    copy.removeAttribute("aria-hidden")
    copy.querySelector("annotation")?.remove()
    for (let letter; (letter = copy.querySelector(LETTERS_WITH_PARTS)); ) {
      const group = document.createElementNS("http://www.w3.org/1998/Math/MathML", "mrow")
      group.append(...letter.childNodes)
      letter.replaceWith(group)
    }
    return copy
  }
  const heard = () => {
    for (const formula of document.querySelectorAll(".katex-mathml:not([data-heard])")) {
      const before = formula.parentElement.querySelector(":scope > [data-heard]")
      if (before?.dataset.heard === told(formula)) continue
      before?.remove()
      const broken = formula.querySelector(LETTERS_WITH_PARTS)
      if (broken) formula.parentElement.append(copied(formula))
      if (broken) formula.setAttribute("aria-hidden", "true")
      else formula.removeAttribute("aria-hidden")
    }
  }
  new MutationObserver(heard).observe(document, { childList: true, characterData: true, subtree: true })
}

// A widget that Back, a button or a run has moved is drawn anew, under another key (ui/moved.py), and some are where what
// stands around them is another. Where the one before had the focus, it has: else the arrow keys would scroll the page,
// and a screen reader begin at its top. A button without a key is known by its words. Where there is none, for the button
// that forgets or undoes something goes with it, the heading above it has the focus, once its page has been run.
{
  const KEYED = '[data-testid="stElementContainer"][class*="st-key-"]', PARTS = "input, button"
  const parts = (widget) => [...(widget?.querySelectorAll(PARTS) ?? [])]
  /** Its key, but for the number that says how often it was moved. */
  const keyOf = (widget) => widget.getAttribute("class")?.match(/st-key-\S+/)?.[0].replace(/-\d+$/, "")
  let at = null // what has the focus: the part, its widget, and which of the widget's parts it is; what stands around it

  const anew = ({ widget, place, words, around }) => {
    if (widget?.isConnected) return parts(widget)[place]
    const within = around.find((one) => one.isConnected)
    if (words) return [...within.querySelectorAll("button")].find((button) => button.textContent === words)
    return parts([...within.querySelectorAll(KEYED)].find((one) => keyOf(one) === keyOf(widget)))[place]
  }

  const SETTLED = 1500 // milliseconds without a run, in which what comes late has come, and other scripts have led the focus
  let waits = 0
  const lost = () => at && !at.target.isConnected && document.activeElement === document.body
  const runs = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "running"
  const above = ({ page, headings }) => (page === location.pathname ? headings.findLast((one) => one.isConnected) : undefined)
  const settle = () => {
    clearTimeout(waits)
    waits = setTimeout(() => {
      if (!lost()) return
      if (runs()) return settle()
      const heading = above(at)
      heading?.setAttribute("tabindex", "-1")
      heading?.focus({ preventScroll: true })
    }, SETTLED)
  }

  new MutationObserver(() => {
    if (!lost()) return
    const again = anew(at)
    if (again) again.focus({ preventScroll: true })
    else settle()
  }).observe(document, { childList: true, subtree: true })

  const come = ({ target }) => {
    const widget = target.closest(KEYED), place = parts(widget).indexOf(target)
    const words = place < 0 && target.localName === "button" ? target.textContent : ""
    const around = []
    for (let one = target.parentElement; one; one = one.parentElement) around.push(one)
    const main = target.closest("[data-testid=stMain]"), page = location.pathname
    const headings = [...(main?.querySelectorAll("h1, h2, h3") ?? [])]
      .filter((one) => one.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING)
    at = place < 0 && !words ? null : { target, widget, place, words, around, page, headings }
  }
  document.addEventListener("focusin", come, true) // on its way down: a group of choices hands it on to one of them
  // What is taken out of the page loses the focus too, but nobody has looked elsewhere.
  document.addEventListener("focusout", ({ target }) =>
    queueMicrotask(() => {
      if (target === at?.target && target.isConnected && target !== document.activeElement) at = null
    }),
  )
  document.addEventListener("pointerdown", () => (at = at?.target.isConnected ? at : null), true)
}

// What opens above the page stands at its end: the Tab key would come there last. Opened by a key it has the focus, from
// its end the Tab key leads back to its button, and when it closes the focus does.
{
  let button = null, opened = null
  const PARTS = ":is(a, button, input, select, textarea):not([disabled], [tabindex='-1'])"
  document.addEventListener("keydown", (event) => {
    if (["Enter", " "].includes(event.key)) button = event.target.closest("[data-testid=stPopoverButton]") ?? button
    if (event.key !== "Tab" || !opened?.contains(event.target)) return
    const parts = [...opened.querySelectorAll(PARTS)]
    if (event.target !== (event.shiftKey ? (parts[0] ?? opened) : (parts.at(-1) ?? opened)) && event.target !== opened) return
    if (event.target === opened && !event.shiftKey && parts.length) return
    event.preventDefault()
    button?.focus()
  })
  new MutationObserver(() => {
    const now = document.querySelector("[data-testid=stPopoverBody]")
    if (now === opened) return
    if (!now && document.activeElement === document.body && button?.isConnected) button.focus()
    opened = now
    if (!now) return
    now.tabIndex = -1
    if (button && document.activeElement === button) now.focus({ preventScroll: true })
  }).observe(document, { childList: true, subtree: true })
}

// The Tab key comes to the first of several choices, which is heard as "not selected": it goes on to the one that is.
{
  let tab = false
  const pressed = ({ key }) => {
    tab = key === "Tab"
    setTimeout(() => (tab = false)) // by then the focus has moved
  }
  document.addEventListener("keydown", pressed, true)
  document.addEventListener("focusin", ({ target, relatedTarget }) => {
    const choices = tab && target.closest('[data-testid="stButtonGroup"] [role="radiogroup"]')
    if (!choices || choices.contains(relatedTarget)) return
    choices.querySelector('[role="radio"][aria-checked="true"]')?.focus({ preventScroll: true })
  })
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
