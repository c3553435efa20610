// Bytes of pictures into canvases.
export const SIDE = 64, BYTES = 3 * SIDE * SIDE;

/** rgb bytes, three a pixel, into RGBA bytes, four a pixel, until these are full; alpha is left as it is. */
export function spread(rgb, from, rgba) {
  for (let to = 0; to < rgba.length; to += 4) {
    rgba[to] = rgb[from++];
    rgba[to + 1] = rgb[from++];
    rgba[to + 2] = rgb[from++];
  }
}

/** One picture of a neuron or the photo, in a canvas that is kept. */
export class Picture {
  constructor(canvas) {
    this.pen = canvas.getContext("2d");
    this.image = this.pen.createImageData(SIDE, SIDE);
    this.image.data.fill(255);
  }

  paint(rgb, from = 0) {
    spread(rgb, from, this.image.data);
    this.pen.putImageData(this.image, 0, 0);
  }
}
