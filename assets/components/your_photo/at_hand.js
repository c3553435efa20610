// Where the keyboard was has gone with what the hand did: a fresh uploader stands in the place of one whose files were
// read, a button that forgets photos goes with them. So the keyboard is led to where it goes on, and what came of it
// comes into sight there, unless the hand has gone elsewhere meanwhile. ui/your_photo/at_hand.py says where to.

// Milliseconds in which what had the focus goes, and the place that it is led to stands there; and in which what is above
// that place has been drawn.
const WITHIN = 4000, DRAWN = 1000
const DID = ["change", "drop", "click"], WENT = ["wheel", "touchmove", "pointerdown", "keydown"]

/** What takes the focus there: a button, or the tile of the board that is asked about. */
function partOf(place) {
  if (!place) return null
  const inner = [...place.querySelectorAll("*")].find(({ shadowRoot }) => shadowRoot)?.shadowRoot
  return inner?.querySelector("[role=option][tabindex='0']") ?? place.querySelector("button")
}

class View {
  constructor(host) {
    this.root = document.createElement("i")
    this.root.hidden = true
    host.append(this.root)
    this.rests = false // whether the hand is still where it did something last
    this.hand = ({ type }) => (this.rests = DID.includes(type))
    for (const type of [...DID, ...WENT]) document.addEventListener(type, this.hand, { capture: true, passive: true })
  }

  receive({ count, place }) {
    const led = this.count !== undefined && this.count !== count
    this.count = count
    if (led) this.lead(place)
  }

  lead(key) {
    cancelAnimationFrame(this.frame)
    const before = document.activeElement, end = performance.now() + WITHIN
    const look = () => {
      const now = document.activeElement, place = document.querySelector(`[class*="st-key-${key}"]`), part = partOf(place)
      if (now !== document.body && now !== before) return
      if (now === document.body && part) {
        const scrolls = part.matches("button") // as the page does under the arrow keys; on the board they walk
        if (scrolls || this.rests) part.focus({ preventScroll: true })
        if (scrolls) this.show(place, performance.now() + DRAWN)
      } else if (performance.now() < end) this.frame = requestAnimationFrame(look)
    }
    look()
  }

  show(place, end) {
    if (!this.rests || performance.now() > end) return
    place.scrollIntoView({ block: "nearest", behavior: "instant" })
    this.frame = requestAnimationFrame(() => this.show(place, end))
  }

  close() {
    cancelAnimationFrame(this.frame)
    for (const type of [...DID, ...WENT]) document.removeEventListener(type, this.hand, { capture: true })
  }
}

export default mounted(View)
