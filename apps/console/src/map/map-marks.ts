import type { DroneView, TrialView } from "@pista/contracts";
import { type Map as LibreMap, Marker } from "maplibre-gl";
import { boundsOf, sitesOf } from "./map-geometry.ts";
import "./map-marks.css";

/** Marks drawn as page elements: the style has no fonts of its own to write with. */
export type MapMarks = {
  readonly setSites: (trials: readonly TrialView[], label: (trial: TrialView) => string) => void;
  readonly setDrones: (drones: readonly DroneView[]) => void;
};

export function createMapMarks(map: LibreMap): MapMarks {
  const sites = new Map<string, Marker>();
  const drones = new Map<string, Marker>();
  return {
    setSites(trials, label) {
      const shown = sitesOf(trials);
      drop(
        sites,
        shown.map(({ site }) => site.id),
      );
      for (const trial of shown) {
        const bounds = boundsOf(trial.site.ring);
        if (!bounds) continue;
        const marker = sites.get(trial.site.id) ?? siteMarker(map);
        sites.set(trial.site.id, marker);
        marker.setLngLat([(bounds[0] + bounds[2]) / 2, bounds[3]]);
        marker.getElement().textContent = label(trial);
        marker.getElement().dataset.state = trial.state;
      }
    },
    setDrones(all) {
      const shown = all.filter(({ onMap }) => onMap !== null);
      drop(
        drones,
        shown.map(({ id }) => id),
      );
      for (const { id, name, onMap, headingDeg, gateway } of shown) {
        if (!onMap) continue;
        const marker = drones.get(id) ?? droneMarker();
        marker.setLngLat([...onMap]).setRotation(headingDeg ?? 0);
        if (!drones.has(id)) marker.addTo(map);
        drones.set(id, marker);
        marker.getElement().setAttribute("aria-label", name);
        marker.getElement().dataset.gateway = gateway;
      }
    },
  };
}

function drop(markers: Map<string, Marker>, keptIds: readonly string[]): void {
  for (const [id, marker] of markers) {
    if (keptIds.includes(id)) continue;
    marker.remove();
    markers.delete(id);
  }
}

function siteMarker(map: LibreMap): Marker {
  const element = document.createElement("div");
  element.className = "map-site";
  return new Marker({ element, anchor: "bottom", offset: [0, -4] }).setLngLat([0, 0]).addTo(map);
}

const svgNamespace = "http://www.w3.org/2000/svg";

/** Four rotors and a nose, seen from above. */
function droneMarker(): Marker {
  const element = document.createElement("div");
  element.className = "map-drone";
  element.setAttribute("role", "img");
  const svg = document.createElementNS(svgNamespace, "svg");
  svg.setAttribute("viewBox", "0 0 32 32");
  const path = (d: string): void => {
    const shape = document.createElementNS(svgNamespace, "path");
    shape.setAttribute("d", d);
    svg.append(shape);
  };
  path("M9 9l14 14M23 9L9 23");
  for (const [x, y] of [
    [9, 9],
    [23, 9],
    [9, 23],
    [23, 23],
  ] as const) {
    const rotor = document.createElementNS(svgNamespace, "circle");
    rotor.setAttribute("cx", String(x));
    rotor.setAttribute("cy", String(y));
    rotor.setAttribute("r", "4");
    svg.append(rotor);
  }
  path("M16 1l4 6h-8z");
  element.append(svg);
  return new Marker({ element, rotationAlignment: "map" });
}
