// The browser's half of ui/packing.py.

/** What ui.packing.pack made: length of the header, header as JSON, then the arrays that it names. */
export function unpack(bytes) {
  const buffer = bytes.slice().buffer;
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const kinds = { uint8: Uint8Array, float32: Float32Array };
  for (const [name, [kind, start, count]] of Object.entries(header.arrays))
    header[name] = new kinds[kind](buffer, start, count);
  return header;
}
