// The display on a canvas: pixels as the phone sent them, or its rows of text where it sends no pixels.
"use strict";

const INK = [24, 34, 18];
const PAPER = [183, 205, 153];

const MARGIN = 3; // dots of empty glass around the picture

class Lcd {
  constructor(canvas) {
    this.canvas = canvas;
    this.last = null;
    new ResizeObserver(() => this.last && this.draw(this.last)).observe(canvas.parentElement);
  }

  // frame: {rows, softkeys, columns, pixels: {width, height, bits: Uint8Array} or null}
  draw(frame) {
    this.last = frame;
    const size = frame.pixels || (frame.columns > 16 ? { width: 144, height: 128 } : { width: 128, height: 64 });
    const [width, height] = [size.width + 2 * MARGIN, size.height + 2 * MARGIN];
    const glass = this.canvas.parentElement;
    const room = glass.clientWidth - 2 * parseFloat(getComputedStyle(glass).paddingLeft);
    const ratio = window.devicePixelRatio || 1;
    const fits = Math.floor((room * ratio) / width);
    const cell = fits >= 2 ? fits : 4; // no whole number of screen dots fits: draw larger, the browser makes it smaller
    this.canvas.width = width * cell;
    this.canvas.height = height * cell;
    this.canvas.style.width = (fits >= 2 ? (width * cell) / ratio : room) + "px";
    const context = this.canvas.getContext("2d");
    context.fillStyle = `rgb(${PAPER.join(" ")})`;
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    context.translate(MARGIN * cell, MARGIN * cell);
    if (frame.pixels) this.dots(context, frame.pixels, cell, fits >= 3);
    else this.text(context, frame, size, cell);
  }

  dots(context, { width, height, bits }, cell, grid) {
    const stride = width >> 3;
    context.fillStyle = `rgb(${INK.join(" ")})`;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (bits[y * stride + (x >> 3)] & (128 >> (x & 7))) context.fillRect(x * cell, y * cell, cell, cell);
    if (!grid) return;
    context.fillStyle = `rgb(${PAPER.join(" ")} / .22)`; // the gaps between the dots of a real display
    for (let x = 1; x <= width; x++) context.fillRect(x * cell - 1, 0, 1, height * cell);
    for (let y = 1; y <= height; y++) context.fillRect(0, y * cell - 1, width * cell, 1);
  }

  // Where no fonts are set up: the rows in a font of the browser's.
  text(context, { rows, softkeys, columns }, size, cell) {
    const large = columns > 16;
    const line = (large ? 12 : 21) * cell;
    const each = (size.width / columns) * cell;
    context.fillStyle = `rgb(${INK.join(" ")})`;
    context.textBaseline = "top";
    context.font = `${(large ? 9.4 : 13) * cell}px "DejaVu Sans Mono", Menlo, Consolas, monospace`;
    rows.forEach((row, number) => {
      [...row].forEach((char, at) => context.fillText(char, at * each, number * line + cell, each * 1.1));
    });
    if (!large) return;
    for (let at = 0; at < 6; at++) {
      context.textAlign = at < 3 ? "left" : "right";
      context.fillText(softkeys[at] || "", at < 3 ? 0 : size.width * cell, (size.height - 30 + (at % 3) * 10) * cell);
    }
    context.textAlign = "left";
  }
}
