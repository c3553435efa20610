// One's own photos as the neurons get them: chosen one or several at a time, sorted by hand, removed, brought back.
// ui/your_photo/photo_board.py puts unpack.js, elements.js, pictures.js, photo_board_labels.js and photo_board_view.js in front.
// All a hand does is shown at once; the server hears of it through the state `hand`: {of, seq, labels, removed, focus}, all
// of it since sheet `of`, which may have come with some that are removed already.

const WALK = 180 // milliseconds without a step after which the photo that has the focus is the one to ask about

class Board {
  constructor(host) {
    this.view = new BoardView(host, this)
    this.selected = new Set()
    this.atWork = false // whether the hand has chosen here since files were last brought
    this.brought = ({ type, target }) => {
      if (type === "drop" || target?.type === "file") this.atWork = false
    }
    for (const type of ["drop", "change"]) addEventListener(type, this.brought, true)
  }

  get root() {
    return this.view.root
  }

  close() {
    clearTimeout(this.timer)
    clearTimeout(this.counting)
    for (const type of ["drop", "change"]) removeEventListener(type, this.brought, true)
  }

  /** A new sheet from the server. What the hand has done since the server heard of it last is kept. Photos that
   *  arrive are selected, to be labelled at once, but not under a hand that has chosen others meanwhile. */
  receive(given) {
    if (this.given?.of === given.of) return
    const before = this.given ? this.shown.length : 0
    const late = this.hand && this.hand.seq > given.heard
    const held = this.view.tiles.contains(this.view.held), busy = held && this.atWork
    const elsewhere = this.hand?.focus !== given.focus
    const focus = busy ? this.hand.focus : given.focus
    this.given = given
    this.hand = late
      ? { ...this.hand, ...this.here(given), of: given.of }
      : { of: given.of, seq: given.heard, labels: {}, removed: given.removed, focus }
    this.labels = new Map(given.photos.map(({ id, label }) => [id, this.hand.labels[id] ?? label]))
    this.view.build(given)
    this.view.lay(this.shown)
    if (!this.shown.includes(this.hand.focus)) this.hand.focus = this.shown[0] ?? null
    const alone = this.hand.focus === null ? [] : [this.hand.focus]
    const arrived = busy ? [] : given.arrived.filter((id) => this.shown.includes(id))
    const moved = elsewhere && !late && !busy
    this.selected = new Set(arrived.length ? arrived : moved || !this.marked.length ? alone : this.marked)
    this.anchor = this.hand.focus
    this.mark()
    this.view.reveal(this.hand.focus)
    if (held) this.view.focus(this.hand.focus)
    if (late || (busy && elsewhere)) this.tell()
    const { length } = this.shown
    clearTimeout(this.counting)
    // What stands in a live region when that comes is not announced; a moment later it is.
    if (length !== before) this.counting = setTimeout(() => (this.view.said.textContent = `${photosOf(length)} here now`), 200)
  }

  /** What the hand did to photos that this sheet has: nothing else can be sorted or brought back. */
  here({ photos }) {
    const ids = new Set(photos.map(({ id }) => id))
    return {
      labels: Object.fromEntries(Object.entries(this.hand.labels).filter(([id]) => ids.has(id))),
      removed: this.hand.removed.filter((id) => ids.has(id)),
    }
  }

  get shown() {
    return this.given.photos.map(({ id }) => id).filter((id) => !this.hand.removed.includes(id))
  }

  get marked() {
    return this.shown.filter((id) => this.selected.has(id))
  }

  mark() {
    const { shown, labels, selected, hand } = this
    this.view.mark({ shown, labels, selected, focus: hand.focus, removed: hand.removed.length })
  }

  key(event) {
    const command = event.ctrlKey || event.metaKey
    const key = event.key.toLowerCase()
    if (event.altKey) return
    const on = this.view.tiles.contains(event.target)
    if (on && this.walk(event.key, event.shiftKey ? "extend" : command ? "walk" : "alone")) event.preventDefault()
    else if (on && key === " ") this.go(this.hand.focus, "toggle")
    else if (on && key === "escape") this.choose([this.hand.focus])
    else if (command && key === "a") this.choose(this.shown)
    else if (command && key === "z") this.bringBack()
    else if (command) return
    else if (key >= "1" && key <= "3") this.toggle(Number(key) - 1)
    else if (key === "0") this.none()
    else if (key === "delete" || key === "backspace") this.remove()
    else return
    event.preventDefault()
  }

  walk(key, how) {
    const { shown } = this
    const [place, last, across] = [shown.indexOf(this.hand.focus), shown.length - 1, this.view.across(shown)]
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, ArrowDown: place + across, ArrowUp: place - across, Home: 0, End: last }[key]
    if (to === undefined) return false
    this.go(shown[Math.min(last, Math.max(0, to))], how)
    return true
  }

  /** Bring the focus to a photo; select it alone, add or take it away, or everything up to it. */
  go(id, how) {
    const { shown } = this
    this.atWork = true
    if (how === "alone") this.selected = new Set([id])
    if (how === "toggle" && !this.selected.delete(id)) this.selected.add(id)
    if (how === "extend") {
      const [from, to] = [shown.indexOf(this.anchor), shown.indexOf(id)].sort((a, b) => a - b)
      this.selected = new Set(shown.slice(Math.max(0, from), to + 1))
    } else this.anchor = id
    const moved = this.hand.focus !== id
    this.hand.focus = id
    this.mark()
    this.view.focus(id)
    this.view.reveal(id)
    if (moved) this.tell(WALK)
  }

  choose(ids) {
    this.atWork = true
    this.selected = new Set(ids)
    if (ids.length && !this.selected.has(this.hand.focus)) {
      this.hand.focus = this.anchor = ids[0]
      this.tell(WALK)
    }
    this.mark()
    this.view.reveal(this.hand.focus)
  }

  toggle(k) {
    this.relabel((labels) => toggled(labels, k), this.given.balls[k].name)
  }

  none() {
    this.relabel(noneToggled, "none of them")
  }

  relabel(change, name) {
    const ids = this.marked
    if (!ids.length) return
    const labels = change(ids.map((id) => this.labels.get(id)))
    ids.forEach((id, i) => {
      this.labels.set(id, labels[i])
      this.hand.labels[id] = labels[i]
    })
    this.mark()
    this.tell()
    const words = [...new Set(labels)].map((label) => wordsOf(label, this.given.balls).map(([text]) => text).join(" and "))
    this.view.said.textContent = `${name}, ${photosOf(ids.length)}: ${words.join("; ")}`
  }

  remove() {
    const gone = this.marked
    if (!gone.length) return
    const before = this.shown
    this.hand.removed = [...this.hand.removed, ...gone]
    const rest = this.shown
    const next = before.slice(before.indexOf(gone[0])).find((id) => rest.includes(id)) ?? rest.at(-1) ?? null
    this.put(next, next === null ? [] : [next], `${photosOf(gone.length)} removed`)
  }

  bringBack() {
    const back = this.hand.removed
    if (!back.length) return
    this.hand.removed = []
    this.put(back[0], back, `${photosOf(back.length)} brought back`)
  }

  put(focus, selected, said) {
    const held = this.view.held
    this.hand.focus = this.anchor = focus
    this.selected = new Set(selected)
    this.view.lay(this.shown)
    this.mark()
    this.view.reveal(focus)
    if (held) this.view.focus(focus)
    this.tell()
    this.view.said.textContent = said
  }

  tell(pause = 0) {
    this.hand.seq += 1
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.hasten(), pause)
  }

  hasten() {
    if (!this.timer) return
    clearTimeout(this.timer)
    this.timer = 0
    this.send("hand", structuredClone(this.hand))
  }
}

export default mounted(Board, unpack)
