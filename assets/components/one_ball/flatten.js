// Flatten as it happens: row after row leaves the photo, turns and comes to lie in the column x; and the thread
// from the pixel under the lens to its place in x. Drawn on one canvas that lies over both.

/** Where row `row` of the photo is at `progress` 0 … 1 of its way into the column: its left end, angle, length and
 *  thickness. It stays between the photo's left and the column's right, and above their foot: words stand elsewhere.
 */
export function flight(row, progress, photo, strip) {
  const mix = (a, b, t) => a + (b - a) * t;
  const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);
  const clip = (t) => Math.min(1, Math.max(0, t));
  const slot = strip.h / SIDE, side = photo.h / SIDE;
  const go = ease(progress), shrink = ease(clip((progress - 0.25) / 0.75));
  const angle = (Math.PI / 2) * ease(clip(progress / 0.75)); // left end first: it comes to lie on top
  const x = mix(photo.x, strip.x + strip.w / 2, go);
  const y = mix(photo.y + (row + 0.5) * side, strip.y + row * slot, go);
  const across = (strip.x + strip.w - x) / Math.max(1e-9, Math.cos(angle));
  const down = (strip.y + strip.h - y) / Math.max(1e-9, Math.sin(angle));
  const length = Math.min(mix(photo.w, slot, shrink), across, down);
  return { x, y, angle, length, thick: mix(side, strip.w, shrink) };
}

class Flattening {
  /** root: the component; part: its parts by name, of which photo, strip, frame, overlay, unrolled, replay are used. */
  constructor(root, part) {
    this.root = root;
    this.part = part;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    part.replay.onclick = () => this.play();
  }

  close() {
    this.seen?.disconnect();
    cancelAnimationFrame(this.frame);
  }

  /** The window has another size: so has the overlay. */
  layout() {
    const { overlay } = this.part;
    const box = overlay.parentElement.getBoundingClientRect();
    this.sharp = Math.min(2, devicePixelRatio || 1);
    overlay.width = Math.round(box.width * this.sharp);
    overlay.height = Math.round(box.height * this.sharp);
    this.thread();
  }

  /** The lens looks at another pixel. */
  point(row, col) {
    [this.row, this.col] = [row, col];
    this.thread();
  }

  /** Where photo and strip lie on the overlay. */
  boxes() {
    const base = this.part.overlay.getBoundingClientRect();
    const of = (el) => {
      const box = el.getBoundingClientRect();
      return { x: box.left - base.left, y: box.top - base.top, w: box.width, h: box.height };
    };
    return { photo: of(this.part.frame), strip: of(this.part.strip) };
  }

  pen() {
    const pen = this.part.overlay.getContext("2d");
    pen.setTransform(this.sharp, 0, 0, this.sharp, 0, 0);
    pen.clearRect(0, 0, this.part.overlay.width, this.part.overlay.height);
    pen.imageSmoothingEnabled = false;
    return pen;
  }

  /** A thread from the pixel under the lens to its place in the strip. */
  thread() {
    if (!this.sharp || this.playing || this.row === undefined) return;
    const { photo, strip } = this.boxes(), pen = this.pen();
    const y = strip.y + (strip.h * place(this.row, this.col, 1.5)) / N;
    const from = [photo.x + (photo.w * (this.col + 1)) / SIDE, photo.y + (photo.h * (this.row + 0.5)) / SIDE];
    const side = strip.x > photo.x + photo.w;
    pen.strokeStyle = getComputedStyle(this.root).getPropertyValue("--accent");
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(...from);
    pen.bezierCurveTo(photo.x + photo.w + 20, from[1], strip.x - 30, y, strip.x - 1, y);
    if (side) pen.stroke(); // on a phone the strip is below: a thread would cross the text
    pen.fillStyle = pen.strokeStyle;
    pen.fillRect(strip.x - 1, y - 1, strip.w + 1, 2.5); // not beyond: it would be a minus before its number
  }

  /** Play for a photo that is new, once it is in view; a person who wants no motion sees the finished column. */
  playWhenSeen() {
    this.stop();
    this.seen?.disconnect();
    if (this.still.matches) return;
    this.seen = new IntersectionObserver((entries) => {
      if (!entries.some((e) => e.isIntersecting)) return;
      this.seen.disconnect();
      this.play();
    }, { threshold: 0.5 });
    this.seen.observe(this.part.frame);
  }

  play() {
    this.stop();
    this.playing = true;
    this.part.replay.disabled = true;
    const calm = this.still.matches;
    const launch = (row) => (row ? 1100 + (row - 1) * 44 : 150), flight = (row) => (calm ? 1 : row ? 800 : 1500);
    const end = launch(SIDE - 1) + flight(SIDE - 1) + 450;
    const begun = performance.now();
    const step = (now) => {
      const t = now - begun;
      if (t > end) return this.stop();
      this.peel((row) => Math.min(1, Math.max(0, (t - launch(row)) / flight(row))), Math.max(0, (t - end + 450) / 450));
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.playing = false;
    this.part.replay.disabled = false;
    this.part.strip.style.clipPath = "";
    this.part.unrolled.textContent = "row by row";
    this.thread();
  }

  /** One picture of the animation: progress(row) 0 … 1; then the emptied photo comes back. */
  peel(progress, back) {
    const { photo, strip } = this.boxes(), pen = this.pen();
    let gone = 0, landed = 0;
    while (gone < SIDE && progress(gone) > 0) gone++;
    while (landed < SIDE && progress(landed) >= 1) landed++;
    pen.fillStyle = getComputedStyle(this.root).getPropertyValue("--paper");
    pen.globalAlpha = 0.86 * (1 - back);
    pen.fillRect(photo.x, photo.y, photo.w, (gone * photo.h) / SIDE);
    pen.globalAlpha = 1;
    for (let row = gone - 1; row >= landed; row--) {
      const { x, y, angle, length, thick } = flight(row, progress(row), photo, strip);
      pen.save();
      pen.translate(x, y);
      pen.rotate(angle);
      pen.drawImage(this.part.photo, 0, row, SIDE, 1, 0, -thick / 2, length, Math.max(1, thick));
      pen.restore();
    }
    this.part.strip.style.clipPath = `inset(0 0 ${100 - (100 * landed) / SIDE}% 0)`;
    this.part.unrolled.textContent = `row ${Math.max(0, gone - 1)}`;
  }
}
