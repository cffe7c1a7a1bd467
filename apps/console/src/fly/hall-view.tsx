import type { IndoorView } from "@pista/contracts";
import { useEffect, useRef } from "react";
import { useWords } from "../messages/use-words.ts";
import { tokens } from "../theme/tokens.ts";
import { useScheme } from "../theme/use-scheme.ts";
import { paintGates } from "./gate-painter.ts";
import {
  frameHall,
  type HallScene,
  type Insets,
  type Painting,
  paintDrone,
  paintHall,
  type Spot,
} from "./hall-painter.ts";

export type HallSource = {
  /** What to paint now, and a number that changes whenever that changes. */
  readonly scene: () => HallScene & { readonly version: number };
  /** [LG3] The picture of this version has been on the screen. */
  readonly painted: (version: number) => void;
};

/** Twenty seconds at 50 Hz, thinned by what a pixel shows. The oldest part is forgotten first. */
const trailLengthMax = 400;
const trailStepM = 0.05;

/** The hall from above, painted outside React at the screen's own pace. */
export function HallView({
  hall,
  source,
}: {
  readonly hall: IndoorView;
  readonly source: HallSource;
}) {
  const { say, formats } = useWords();
  const { scheme } = useScheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(source);
  latest.current = source;
  const words = {
    north: say("hall.north"),
    here: say("hall.here"),
    gateHeights: (lowM: number, highM: number) =>
      say("hall.gateHeights", { low: formats.tenths(lowM), high: formats.tenths(highM) }),
  };
  const wordsKey = `${words.north} ${words.here} ${words.gateHeights(0, 1)}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the words change with their key alone.
  useEffect(() => {
    if (!canvas.current) return undefined;
    return runPainter(
      canvas.current,
      { hall, colours: tokens[scheme], words },
      () => latest.current,
    );
  }, [hall, scheme, wordsKey]);

  return <canvas aria-label={say("hall.label")} className="hall-canvas" ref={canvas} role="img" />;
}

type Still = Pick<Painting, "hall" | "colours" | "words">;

/** Paints at each frame of the screen that has something new; returns what ends it. */
function runPainter(canvas: HTMLCanvasElement, still: Still, source: () => HallSource): () => void {
  const pen = canvas.getContext("2d");
  const trail: Spot[] = [];
  let paintedVersion = -1;
  let isResized = true;
  const observer = new ResizeObserver(() => {
    isResized = true;
  });
  observer.observe(canvas);
  let frame = requestAnimationFrame(function paint() {
    frame = requestAnimationFrame(paint);
    // [LG3] What the last frame painted has been shown by now.
    if (paintedVersion >= 0) source().painted(paintedVersion);
    const scene = source().scene();
    if (!pen || (scene.version === paintedVersion && !isResized)) return;
    if (isResized) fitToScreen(canvas);
    isResized = false;
    if (scene.pose) extendTrail(trail, scene.pose.position);
    paintScene({ ...still, pen }, canvas, scene, trail);
    paintedVersion = scene.version;
  });
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
  };
}

function extendTrail(trail: Spot[], spot: Spot): void {
  const last = trail.at(-1);
  const movedM = last
    ? Math.hypot(spot.eastM - last.eastM, spot.northM - last.northM)
    : Number.POSITIVE_INFINITY;
  if (movedM < trailStepM) return;
  // A leap is another flight, not a line across the hall.
  if (movedM > 3) trail.length = 0;
  trail.push({ eastM: spot.eastM, northM: spot.northM });
  if (trail.length > trailLengthMax) trail.shift();
}

function fitToScreen(canvas: HTMLCanvasElement): void {
  canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
  canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
}

function paintScene(
  still: Still & { readonly pen: CanvasRenderingContext2D },
  canvas: HTMLCanvasElement,
  scene: HallScene,
  trail: readonly Spot[],
): void {
  const { pen, hall } = still;
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  pen.clearRect(0, 0, size.width, size.height);
  const painting = { ...still, frame: frameHall(hall.sizeM, size, insetsFor(size)) };
  paintHall(painting, scene.pose?.position.upM);
  paintGates(painting, scene.laps);
  paintDrone(painting, scene, trail);
}

/** What the panels at the edges cover; on a small screen they lie below the picture instead. */
const insetsFor = ({ width }: { width: number }): Insets =>
  width < 820
    ? { top: 16, right: 16, bottom: 16, left: 16 }
    : { top: 40, right: 184, bottom: 152, left: 288 };
