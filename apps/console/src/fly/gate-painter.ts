import type { GateView } from "@pista/contracts";
import { type GateTally, hasRoomForWords, type Painting, toPixels } from "./hall-painter.ts";

type GateLook = "next" | "passed" | "waiting";

/** The circuit's gates from above: a bar with a post at each end, and which way leads through. */
export function paintGates(painting: Painting, tally: GateTally | undefined): void {
  const { pen, hall } = painting;
  pen.save();
  hall.gates.forEach((gate, index) => {
    pen.save();
    paintGate(painting, gate, lookOf(index, tally));
    paintLabel(painting, gate, index, index === (tally?.nextGate ?? 0));
    pen.restore();
  });
  pen.restore();
}

/** Between the last gate and the first all are passed, and the first is next all the same. */
function lookOf(index: number, tally: GateTally | undefined): GateLook {
  if (index === tally?.nextGate) return "next";
  return tally && index < tally.passed ? "passed" : "waiting";
}

function paintGate(painting: Painting, gate: GateView, look: GateLook): void {
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
}

/**
 * Its number in front of it, where it is come from, and of the one to fly next how high the way
 * through is: gates that stand back to back keep clear of one another.
 */
function paintLabel(painting: Painting, gate: GateView, index: number, isTold: boolean): void {
  const { pen, frame, colours, words } = painting;
  const heading = (gate.headingDeg * Math.PI) / 180;
  const [right, down] = [-Math.sin(heading), Math.cos(heading)];
  const write = (text: string, x: number, y: number): void => {
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
  };
  pen.fillStyle = isTold ? colours.text : colours.second;
  // Readable over grid and trail.
  pen.strokeStyle = colours.surface;
  pen.lineWidth = 3;
  pen.textBaseline = "middle";
  pen.textAlign = "center";
  pen.font = '600 13px "IBM Plex Mono"';
  write(String(index + 1), right * 13, down * 13);
  if (!isTold) return;
  const { upM } = gate.centre;
  pen.font = '11px "IBM Plex Mono"';
  const isAside = Math.abs(right) > 0.5 && hasRoomForWords(frame);
  if (isAside) pen.textAlign = right > 0 ? "left" : "right";
  const text = words.gateHeights(upM - gate.heightM / 2, upM + gate.heightM / 2);
  write(text, isAside ? Math.sign(right) * 22 : 0, isAside ? down * 13 : Math.sign(down) * 28);
}
