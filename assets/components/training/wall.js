// Many small pictures in one canvas: the weights of a hidden layer's neurons, row by row.
import { spread } from "./pixels.js";

const GAP = 2;

/** Columns and rows for `count` pictures: as square as can be, or with `wide` columns. */
export function grid(count, wide = null) {
  const columns = wide ? Math.min(wide, count) : Math.ceil(Math.sqrt(count));
  return [columns, Math.ceil(count / columns)];
}

export class Wall {
  constructor(canvas, wide) {
    // Kept in memory: one that WebKit keeps on the graphics card is empty once the stage has rearranged the page.
    Object.assign(this, { canvas, wide, pen: canvas.getContext("2d", { willReadFrequently: true }), shape: "" });
  }

  /** Room for count pictures of side · side. */
  size(count, side) {
    const shape = `${count}/${side}`;
    if (shape === this.shape) return;
    const [columns, rows] = grid(count, this.wide), step = side + GAP;
    this.shape = shape;
    this.canvas.width = columns * step - GAP;
    this.canvas.height = rows * step - GAP;
    this.image = this.pen.createImageData(side, side);
    this.image.data.fill(255);
  }

  /** What the pictures show, for those who do not see them. */
  say(words) {
    if (this.canvas.getAttribute("aria-label") !== words) this.canvas.setAttribute("aria-label", words);
  }

  /** count pictures of side · side · 3 bytes from place `from` on. */
  paint(bytes, from, count, side) {
    this.size(count, side);
    const size = side * side * 3, step = side + GAP, [columns] = grid(count, this.wide);
    for (let j = 0; j < count; j++) {
      spread(bytes, from + j * size, this.image.data);
      this.pen.putImageData(this.image, (j % columns) * step, Math.floor(j / columns) * step);
    }
  }
}
