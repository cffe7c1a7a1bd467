import type { GateView } from "@pista/contracts";
import { type GateTally, type Painting, toPixels } from "./hall-painter.ts";

type GateLook = "next" | "passed" | "waiting";

/** The circuit's gates from above: a bar with a post at each end, and which way leads through. */
export function paintGates(painting: Painting, tally: GateTally | undefined): void {
  const { pen, hall } = painting;
  pen.save();
  hall.gates.forEach((gate, index) => {
    pen.save();
    paintGate(painting, gate, index, lookOf(index, tally));
    pen.restore();
  });
  pen.restore();
}

/** Between the last gate and the first all are passed, and the first is next all the same. */
function lookOf(index: number, tally: GateTally | undefined): GateLook {
  if (index === tally?.nextGate) return "next";
  return tally && index < tally.passed ? "passed" : "waiting";
}

function paintGate(painting: Painting, gate: GateView, index: number, look: GateLook): void {
  const { pen, frame, colours } = painting;
  const [x, y] = toPixels(painting, gate.centre);
  const half = (gate.widthM / 2) * frame.pixelsPerM;
  const isNext = look === "next";
  pen.globalAlpha = look === "passed" ? 0.4 : 1;
  pen.strokeStyle = isNext ? colours.po : colours.second;
  pen.fillStyle = pen.strokeStyle;
  pen.translate(x, y);
  pen.rotate((gate.headingDeg * Math.PI) / 180);
  // From here on up is the way through.
  pen.lineWidth = isNext ? 3 : 1.5;
  pen.setLineDash(look === "passed" ? [3, 3] : []);
  pen.beginPath();
  pen.moveTo(-half, 0);
  pen.lineTo(half, 0);
  pen.stroke();
  pen.setLineDash([]);
  const post = isNext ? 3.5 : 2.5;
  for (const end of [-half, half]) pen.fillRect(end - post, -post, 2 * post, 2 * post);
  pen.beginPath();
  pen.moveTo(-5, -4);
  pen.lineTo(0, -11);
  pen.lineTo(5, -4);
  if (isNext) pen.fill();
  else pen.stroke();
  pen.rotate((-gate.headingDeg * Math.PI) / 180);
  paintLabel(painting, gate, index, look);
}

/** Its number beside it and, where there is room for words, how high the way through is. */
function paintLabel(painting: Painting, gate: GateView, index: number, look: GateLook): void {
  const { pen, frame, colours, words } = painting;
  const heading = (gate.headingDeg * Math.PI) / 180;
  const reach = (gate.widthM / 2) * frame.pixelsPerM + 12;
  // At the end that lies further down the plan; of a gate that lies level, at its right.
  const isLevel = Math.abs(Math.sin(heading)) < 0.5;
  const [x, y] = isLevel ? [reach, 0] : [0, reach];
  pen.fillStyle = look === "next" ? colours.text : colours.second;
  pen.textBaseline = "middle";
  pen.textAlign = "center";
  pen.font = '600 13px "IBM Plex Mono"';
  pen.fillText(String(index + 1), x, y);
  if (look === "passed" || (look === "waiting" && frame.pixelsPerM < 14)) return;
  const { upM } = gate.centre;
  pen.font = '11px "IBM Plex Mono"';
  const text = words.gateHeights(upM - gate.heightM / 2, upM + gate.heightM / 2);
  if (isLevel) pen.textAlign = "left";
  pen.fillText(text, isLevel ? x + 10 : x, isLevel ? y : y + 13);
}
