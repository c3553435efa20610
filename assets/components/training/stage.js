// The stage: on a projector the knobs and the figure fill the screen, and the rest of the page waits.

const ON = "live-stage"; // a class of the page, for stage.css

export class Stage {
  /** button: what turns it on and off. Only while it is on does the page look different from what Streamlit drew. */
  constructor(button) {
    this.button = button;
    this.page = document.documentElement;
    button.onclick = () => this.toggle();
    // The browser's own Escape ends both. News of an earlier end may come after a new beginning was asked for.
    this.watch = () => document.fullscreenElement || this.asking || this.turn(false);
    document.addEventListener("fullscreenchange", this.watch);
    this.turn(false);
  }

  get on() {
    return this.page.classList.contains(ON);
  }

  async toggle() {
    const on = !this.on;
    this.turn(on);
    this.asking = true;
    try {
      if (on) await this.page.requestFullscreen?.();
      else if (document.fullscreenElement) await document.exitFullscreen();
    } catch {
      // Where the browser lends no full screen, the window is filled.
    } finally {
      this.asking = false;
    }
  }

  /** By its key, as by its button: a narrow window has none, for its figure is longer than a screen. */
  key() {
    if (this.on || this.button.getClientRects().length) this.toggle();
  }

  /** Whether there was anything to leave. */
  leave() {
    if (!this.on) return false;
    this.toggle();
    return true;
  }

  turn(on) {
    this.page.classList.toggle(ON, on);
    if (on) this.button.closest("[data-testid=stMain]")?.scrollTo(0, 0);
    this.button.setAttribute("aria-pressed", String(on));
    this.button.querySelector("span").textContent = on ? "back to the page" : "present";
  }

  close() {
    document.removeEventListener("fullscreenchange", this.watch);
    this.leave();
  }
}
