import type { IndoorView } from "@pista/contracts";
import type { Pose } from "@pista/flight";
import type { Tokens } from "../theme/tokens.ts";

export type HallScene = {
  readonly pose: Pose | undefined;
  readonly roomM: number | undefined;
  /** Undefined where nobody times laps. */
  readonly laps: GateTally | undefined;
  readonly isFaint: boolean;
};

/** Which gate counts next, and how many of this lap lie behind. */
export type GateTally = { readonly nextGate: number; readonly passed: number };

/** Where the hall lies on the canvas, in CSS pixels. */
export type HallFrame = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly pixelsPerM: number;
};

export type Insets = { top: number; right: number; bottom: number; left: number };

/** The largest hall that fits beside the panels, centred in what they leave. */
export function frameHall(
  hall: IndoorView["sizeM"],
  canvas: { width: number; height: number },
  insets: Insets,
): HallFrame {
  const room = {
    width: Math.max(1, canvas.width - insets.left - insets.right),
    height: Math.max(1, canvas.height - insets.top - insets.bottom),
  };
  const pixelsPerM = Math.min(room.width / hall.eastM, room.height / hall.northM);
  const width = hall.eastM * pixelsPerM;
  const height = hall.northM * pixelsPerM;
  return {
    left: insets.left + (room.width - width) / 2,
    top: insets.top + (room.height - height) / 2,
    width,
    height,
    pixelsPerM,
  };
}

export type Spot = { readonly eastM: number; readonly northM: number };

export type Painting = {
  readonly pen: CanvasRenderingContext2D;
  readonly frame: HallFrame;
  readonly hall: IndoorView;
  readonly colours: Tokens;
  readonly words: {
    readonly north: string;
    readonly here: string;
    readonly gateHeights: (lowM: number, highM: number) => string;
  };
};

export const toPixels = ({ frame }: Painting, { eastM, northM }: Spot): [x: number, y: number] => [
  frame.left + eastM * frame.pixelsPerM,
  frame.top + frame.height - northM * frame.pixelsPerM,
];

/** The floor with its grid, walls, obstacles and landing spots: what stands still. */
export function paintHall(painting: Painting, droneUpM: number | undefined): void {
  const { pen, frame, colours } = painting;
  pen.save();
  pen.fillStyle = colours.surface;
  pen.fillRect(frame.left, frame.top, frame.width, frame.height);
  paintGrid(painting);
  paintSpots(painting);
  for (const obstacle of painting.hall.obstacles) paintObstacle(painting, obstacle, droneUpM);
  pen.strokeStyle = colours.line;
  pen.lineWidth = 1;
  pen.strokeRect(frame.left - 4.5, frame.top - 4.5, frame.width + 9, frame.height + 9);
  pen.strokeStyle = colours.third;
  pen.lineWidth = 2;
  pen.strokeRect(frame.left, frame.top, frame.width, frame.height);
  paintNorth(painting);
  pen.restore();
}

function paintGrid({ pen, frame, hall, colours }: Painting): void {
  const line = (x1: number, y1: number, x2: number, y2: number): void => {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  };
  pen.lineWidth = 1;
  const isFine = frame.pixelsPerM >= 12;
  for (let metre = 1; metre < Math.max(hall.sizeM.eastM, hall.sizeM.northM); metre++) {
    if (metre % 5 !== 0 && !isFine) continue;
    pen.strokeStyle = metre % 5 === 0 ? colours.line : colours.hair;
    const step = Math.round(metre * frame.pixelsPerM) + 0.5;
    if (metre < hall.sizeM.eastM) {
      line(frame.left + step, frame.top, frame.left + step, frame.top + frame.height);
    }
    if (metre < hall.sizeM.northM) {
      const y = frame.top + frame.height - step;
      line(frame.left, y, frame.left + frame.width, y);
    }
  }
}

function paintSpots(painting: Painting): void {
  const { pen, frame, hall, colours } = painting;
  const radius = Math.max(9, 0.8 * frame.pixelsPerM);
  pen.strokeStyle = colours.po;
  pen.fillStyle = colours.po;
  pen.lineWidth = 1.5;
  pen.font = `600 ${Math.round(radius)}px "Titillium Web"`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (const spot of hall.landingSpots) {
    const [x, y] = toPixels(painting, spot);
    pen.globalAlpha = 0.8;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.stroke();
    pen.fillText("H", x, y + 1);
  }
  pen.globalAlpha = 1;
}

function paintObstacle(
  painting: Painting,
  obstacle: IndoorView["obstacles"][number],
  droneUpM: number | undefined,
): void {
  const { pen, frame, colours } = painting;
  const [left, top] = toPixels(painting, { eastM: obstacle.westM, northM: obstacle.northM });
  const width = (obstacle.eastM - obstacle.westM) * frame.pixelsPerM;
  const height = (obstacle.northM - obstacle.southM) * frame.pixelsPerM;
  // What the drone flies above is drawn as an outline: it is not in the way at this height.
  const isBelow = droneUpM !== undefined && droneUpM > obstacle.topM;
  pen.globalAlpha = isBelow ? 0.45 : 1;
  pen.fillStyle = colours.occupied;
  pen.fillRect(left, top, width, height);
  pen.globalAlpha = 1;
  pen.setLineDash(isBelow ? [4, 3] : []);
  pen.strokeStyle = colours.third;
  pen.lineWidth = 1;
  pen.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  pen.setLineDash([]);
  const label = `${obstacle.topM.toFixed(1)} m`;
  pen.font = '12px "IBM Plex Mono"';
  if (pen.measureText(label).width > width - 4 || height < 16) return;
  pen.fillStyle = colours.text;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(label, left + width / 2, top + height / 2);
}

function paintNorth({ pen, frame, colours, words }: Painting): void {
  const [x, y] = [frame.left + frame.width - 16, frame.top + 24];
  pen.strokeStyle = colours.second;
  pen.fillStyle = colours.second;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(x, y + 10);
  pen.lineTo(x, y - 8);
  pen.moveTo(x - 4, y - 3);
  pen.lineTo(x, y - 9);
  pen.lineTo(x + 4, y - 3);
  pen.stroke();
  pen.font = '600 11px "Titillium Web"';
  pen.textAlign = "center";
  pen.textBaseline = "top";
  pen.fillText(words.north, x, y + 12);
}

/** On a smaller plan words reach over what stands beside them. */
export const hasRoomForWords = ({ pixelsPerM }: HallFrame): boolean => pixelsPerM >= 8;

/** How far ahead the predicted place lies. */
const aheadS = 1;

/** The drone, where it was, how it moves and what room it has. */
export function paintDrone(painting: Painting, scene: HallScene, trail: readonly Spot[]): void {
  const { pen } = painting;
  if (!scene.pose) return;
  pen.save();
  pen.globalAlpha = scene.isFaint ? 0.5 : 1;
  paintTrail(painting, trail, scene);
  paintMotion(painting, scene.pose, scene.roomM);
  const [x, y] = toPixels(painting, scene.pose.position);
  pen.translate(x, y);
  pen.rotate((scene.pose.headingDeg * Math.PI) / 180);
  paintAirframe(painting, Math.max(9, 0.35 * painting.frame.pixelsPerM));
  pen.restore();
}

function paintTrail(painting: Painting, trail: readonly Spot[], { isFaint }: HallScene): void {
  const { pen, colours } = painting;
  pen.strokeStyle = colours.oro;
  pen.lineWidth = 2;
  pen.lineCap = "round";
  for (let index = 1; index < trail.length; index++) {
    const [from, to] = [trail[index - 1], trail[index]];
    if (!from || !to) continue;
    pen.globalAlpha = (isFaint ? 0.3 : 0.75) * (index / trail.length) ** 1.5;
    pen.beginPath();
    pen.moveTo(...toPixels(painting, from));
    pen.lineTo(...toPixels(painting, to));
    pen.stroke();
  }
  pen.globalAlpha = isFaint ? 0.5 : 1;
}

function paintMotion(painting: Painting, pose: Pose, roomM: number | undefined): void {
  const { pen, colours, words } = painting;
  const { eastMps, northMps } = pose.velocity;
  const speedMps = Math.hypot(eastMps, northMps);
  if (speedMps < 0.05) return;
  const at = (metres: number): Spot => ({
    eastM: pose.position.eastM + (eastMps / speedMps) * metres,
    northM: pose.position.northM + (northMps / speedMps) * metres,
  });
  const from = toPixels(painting, pose.position);
  if (roomM !== undefined) {
    pen.strokeStyle = colours.third;
    pen.lineWidth = 1;
    pen.setLineDash([2, 5]);
    line(pen, from, toPixels(painting, at(roomM)));
    pen.setLineDash([]);
  }
  const [x, y] = toPixels(painting, at(speedMps * aheadS));
  pen.strokeStyle = colours.free;
  pen.lineWidth = 2.5;
  line(pen, from, [x, y]);
  pen.setLineDash([4, 3]);
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.arc(x, y, Math.max(12, 0.45 * painting.frame.pixelsPerM), 0, 2 * Math.PI);
  pen.stroke();
  pen.setLineDash([]);
  if (!hasRoomForWords(painting.frame)) return;
  pen.fillStyle = colours.freeText;
  pen.font = '13px "Titillium Web"';
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.fillText(words.here, x + Math.max(12, 0.45 * painting.frame.pixelsPerM) + 6, y);
}

function line(
  pen: CanvasRenderingContext2D,
  from: readonly [number, number],
  to: readonly [number, number],
): void {
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}

/** Four rotors and a nose; the pen stands on the drone, looking where it looks. */
function paintAirframe({ pen, colours }: Painting, arm: number): void {
  pen.strokeStyle = colours.oro;
  pen.lineWidth = 2;
  line(pen, [-arm, -arm], [arm, arm]);
  line(pen, [arm, -arm], [-arm, arm]);
  for (const [x, y] of [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ] as const) {
    pen.beginPath();
    pen.arc(x * arm, y * arm, arm * 0.62, 0, 2 * Math.PI);
    pen.fillStyle = colours.surface;
    pen.fill();
    pen.stroke();
  }
  pen.fillStyle = colours.oro;
  pen.beginPath();
  pen.moveTo(0, -arm * 2.3);
  pen.lineTo(arm * 0.5, -arm * 1.3);
  pen.lineTo(-arm * 0.5, -arm * 1.3);
  pen.closePath();
  pen.fill();
  pen.beginPath();
  pen.arc(0, 0, arm * 0.35, 0, 2 * Math.PI);
  pen.fill();
}
