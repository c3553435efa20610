// Words as they are, and a button that copies them.

const SAID_FOR = 2000 // milliseconds

class Verbatim {
  constructor(host) {
    this.words = make("pre")
    this.words.tabIndex = 0 // what does not fit is scrolled, by keyboard too
    this.button = make("button")
    this.button.type = "button"
    this.button.onclick = () => this.copy()
    this.done = make("span", "unseen")
    this.done.setAttribute("role", "status")
    this.root = make("div", "verbatim", this.words, this.button, this.done)
    host.append(this.root)
  }

  receive({ text, copied }) {
    this.words.textContent = text
    this.button.hidden = copied === null
    if (!this.saying) this.button.textContent = copied ?? ""
    this.usual = copied ?? ""
  }

  async copy() {
    const done = (await copied(this.words)) ? "Copied" : "Selected: copy it from here"
    this.button.textContent = this.done.textContent = done
    clearTimeout(this.saying)
    this.saying = setTimeout(() => {
      this.saying = undefined
      this.button.textContent = this.usual
      this.done.textContent = ""
    }, SAID_FOR)
  }

  close() {
    clearTimeout(this.saying)
  }
}

/** Whether the words are where they can be pasted. A page that came by plain http may not write there by itself, but
 *  what is selected can be copied. */
async function copied(words) {
  try {
    await navigator.clipboard.writeText(words.textContent)
    return true
  } catch {
    getSelection().selectAllChildren(words)
    return document.execCommand("copy")
  }
}

export default mounted(Verbatim)
