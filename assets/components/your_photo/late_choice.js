// Hands on what is chosen in a dialog that was opened before a fresh uploader took the old one's place: nobody hears the
// old one any more, and a phone's picker stays open for long while the photos before are read.

/** The uploader of this line of uploaders, each with a number behind the name, that stands there now. */
const standing = (line) => document.querySelector(`[class*="st-key-${line}_"] input[type=file]`)

class View {
  constructor(host) {
    this.root = document.createElement("i")
    this.root.hidden = true
    host.append(this.root)
    this.lines = []
    this.known = new WeakSet()
    this.opened = ({ target }) => target.type === "file" && this.follow(target)
    document.addEventListener("click", this.opened, true) // a page's script opens the dialog by a click, too
  }

  receive({ lines }) {
    this.lines = lines
  }

  follow(input) {
    const line = this.lines.find((name) => input.closest(`[class*="st-key-${name}_"]`))
    if (!line || this.known.has(input)) return
    this.known.add(input)
    input.addEventListener("change", () => {
      const now = input.isConnected ? null : standing(line)
      if (!now) return
      now.files = input.files
      now.dispatchEvent(new Event("change", { bubbles: true }))
    })
  }

  close() {
    document.removeEventListener("click", this.opened, true)
  }
}

export default mounted(View)
