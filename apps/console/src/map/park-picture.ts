import type { Scheme } from "../theme/scheme-store.ts";
import { mapColours } from "./map-colours.ts";

/** What a car park's mark says, one car park or several that lie too close to be told apart. */
export type ParkMark = {
  readonly scheme: Scheme;
  readonly count: number;
  /** Of these, how many do not say how many places are free. */
  readonly silent: number;
  readonly free: number;
  readonly spaces: number;
};

/** The name is made by `parkImage` in map-layers.ts. */
export function parseParkMark(name: string): ParkMark | undefined {
  const [kind, scheme, ...figures] = name.split("/");
  const [count, silent, free, spaces] = figures.map(Number);
  if (kind !== "park" || (scheme !== "dark" && scheme !== "light")) return undefined;
  if (count === undefined || silent === undefined || free === undefined || spaces === undefined) {
    return undefined;
  }
  return { scheme, count, silent, free, spaces };
}

/** A sum in which some are missing says so: "240+". Nothing known is a word, never a zero. */
export const parkMarkText = (mark: ParkMark, unknownWord: string): string =>
  mark.silent === mark.count ? unknownWord : `${mark.free}${mark.silent > 0 ? "+" : ""}`;

export const picturePixelRatio = 2;

/** A pill with a ring that fills with the share of free places; hollow and dashed when unknown. */
export function drawParkMark(mark: ParkMark, unknownWord: string): ImageData | undefined {
  const colours = mapColours(mark.scheme);
  const isSilent = mark.silent === mark.count;
  const text = parkMarkText(mark, unknownWord);
  const font = isSilent ? '13px "Titillium Web"' : '500 13px "IBM Plex Mono"';
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  if (!pen) return undefined;
  pen.font = font;
  const stack = mark.count > 1 ? 4 : 0;
  const textWidth = Math.ceil(pen.measureText(text).width);
  const [height, width] = [28, 28 + textWidth + 10];
  canvas.width = (width + stack + 2) * picturePixelRatio;
  canvas.height = (height + stack + 2) * picturePixelRatio;
  pen.scale(picturePixelRatio, picturePixelRatio);
  pen.translate(1, 1 + stack);
  pen.lineWidth = 1;
  pen.strokeStyle = isSilent ? colours.unknown : colours.line;
  pen.fillStyle = colours.surface;
  if (stack > 0) pill(pen, { x: stack, y: -stack, width, height });
  if (isSilent) pen.setLineDash([3, 2]);
  pill(pen, { x: 0, y: 0, width, height });
  drawRing(pen, mark, isSilent);
  pen.setLineDash([]);
  pen.font = font;
  pen.fillStyle = isSilent ? colours.third : colours.text;
  pen.textBaseline = "middle";
  pen.fillText(text, 28, height / 2 + 0.5);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

type Box = { x: number; y: number; width: number; height: number };

function pill(pen: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
  pen.beginPath();
  pen.roundRect(x + 0.5, y + 0.5, width - 1, height - 1, height / 2);
  pen.fill();
  pen.stroke();
}

function drawRing(pen: CanvasRenderingContext2D, mark: ParkMark, isSilent: boolean): void {
  const colours = mapColours(mark.scheme);
  const share = mark.spaces > 0 ? Math.min(1, mark.free / mark.spaces) : 0;
  const ring = (from: number, to: number): void => {
    pen.beginPath();
    pen.arc(14, 14, 7, from, to);
    pen.stroke();
  };
  pen.lineWidth = isSilent ? 1.5 : 4;
  pen.strokeStyle = isSilent ? colours.unknown : colours.occupied;
  ring(0, 2 * Math.PI);
  if (isSilent || share === 0) return;
  pen.strokeStyle = colours.free;
  ring(-Math.PI / 2, -Math.PI / 2 + share * 2 * Math.PI);
}
