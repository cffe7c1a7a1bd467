import "maplibre-gl/dist/maplibre-gl.css";
import type { BayView, CarParkView, DroneView, TrialView } from "@pista/contracts";
import {
  type GeoJSONSource,
  Map as LibreMap,
  type LngLatBounds,
  type MapGeoJSONFeature,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { LiveBox } from "../live/live-client.ts";
import type { Scheme } from "../theme/scheme-store.ts";
import { mapColours } from "./map-colours.ts";
import {
  type Bounds,
  bayFeatures,
  boundsOf,
  cityBounds,
  gridFeatures,
  hallRing,
  type MapFeature,
  parkFeatures,
  siteFeatures,
  sitesOf,
} from "./map-geometry.ts";
import { mapLayers, mapSources, parkImage } from "./map-layers.ts";
import { createMapMarks, type MapMarks } from "./map-marks.ts";
import { drawParkMark, parseParkMark, picturePixelRatio } from "./park-picture.ts";

export type MapWords = {
  readonly label: string;
  readonly unknown: string;
  /** What stands beside a site. */
  readonly siteLabel: (trial: TrialView) => string;
};

export type MapView = {
  readonly setBays: (bays: readonly BayView[]) => void;
  readonly flash: (bayIds: readonly string[]) => void;
  readonly select: (bayId: string | null) => void;
  readonly setCarParks: (carParks: readonly CarParkView[]) => void;
  readonly setTrials: (trials: readonly TrialView[]) => void;
  readonly setDrones: (drones: readonly DroneView[]) => void;
  readonly setScheme: (scheme: Scheme) => void;
  readonly setWords: (words: MapWords) => void;
  readonly fitBays: () => void;
  readonly fitCity: () => void;
  readonly zoomBy: (steps: number) => void;
  readonly remove: () => void;
};

/** LOOK: motion under 200 ms. */
const flashMs = 180;

type PaintName = Parameters<LibreMap["setPaintProperty"]>[1];

type Options = {
  readonly container: HTMLElement;
  readonly scheme: Scheme;
  readonly words: MapWords;
  readonly onSelect: (bayId: string | null) => void;
  readonly onShown: (box: LiveBox) => void;
  readonly prefersStill: boolean;
};

/** Resolves once the map can take data. @throws where the browser offers no WebGL 2. */
export async function createMapView(options: Options): Promise<MapView> {
  setWorkerUrl(workerUrl);
  const colours = mapColours(options.scheme);
  const map = new LibreMap({
    container: options.container,
    style: { version: 8, sources: mapSources, layers: mapLayers(colours) },
    bounds: cityBounds,
    maxZoom: 21,
    minZoom: 9,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: false,
    locale: { "Map.Title": options.words.label },
  });
  map.addControl(new ScaleControl({ maxWidth: 96, unit: "metric" }), "bottom-right");
  await document.fonts.load('500 13px "IBM Plex Mono"');
  await map.once("load");
  return new CityMapView(map, options);
}

class CityMapView implements MapView {
  readonly #map: LibreMap;
  readonly #marks: MapMarks;
  readonly #prefersStill: boolean;
  #words: MapWords;
  #bays: readonly BayView[] = [];
  #drawn = new Map<string, BayView>();
  #placesKey = "";
  #parkBounds: Bounds | undefined;
  #selectedId: string | null = null;
  #halls: readonly (readonly [number, number])[] = [];
  #isMoved = false;
  #isFitted = false;

  constructor(map: LibreMap, { words, onSelect, onShown, prefersStill }: Options) {
    this.#map = map;
    this.#words = words;
    this.#prefersStill = prefersStill;
    this.#marks = createMapMarks(map);
    this.#fill("grid", gridFeatures());
    const tellShown = (): void => onShown(boxOf(map.getBounds()));
    map.on("moveend", tellShown);
    tellShown();
    const leaveAlone = (): void => {
      this.#isMoved = true;
    };
    map.on("dragstart", leaveAlone);
    map.on("wheel", leaveAlone);
    map.setMissingStyleImageResolver((id) => this.#drawMissing(id));
    map.on("click", (event) => {
      const [bay] = map.queryRenderedFeatures(event.point, { layers: ["bays-hit"] });
      const [park] = map.queryRenderedFeatures(event.point, { layers: ["parks"] });
      if (park?.properties.point_count) return void this.#openCluster(park);
      onSelect(typeof bay?.properties.id === "string" ? bay.properties.id : null);
    });
    map.on("mousemove", ({ point }) => {
      const [hit] = map.queryRenderedFeatures(point, { layers: ["bays-hit", "parks"] });
      map.getCanvas().style.cursor = hit ? "pointer" : "";
    });
  }

  setBays = (bays: readonly BayView[]): void => {
    this.#bays = bays;
    const placesKey = bays.map(({ id, kerb }) => `${id} ${kerb.join(" ")}`).join("\n");
    if (placesKey !== this.#placesKey) {
      this.#placesKey = placesKey;
      this.#drawn.clear();
      this.#fill("bays", bayFeatures(bays));
    }
    for (const bay of bays) this.#drawBay(bay);
    if (this.#isFitted || this.#isMoved || bays.length === 0) return;
    this.#isFitted = true;
    this.#fit(this.#bayBounds(), { animate: false });
  };

  #drawBay(bay: BayView): void {
    if (this.#drawn.get(bay.id) === bay) return;
    this.#drawn.set(bay.id, bay);
    const shine = bay.state === "unknown" ? 0.9 : shineOf(bay.confidence);
    this.#map.setFeatureState({ source: "bays", id: bay.id }, { state: bay.state, shine });
  }

  flash = (bayIds: readonly string[]): void => {
    if (this.#prefersStill) return;
    for (const id of bayIds) this.#map.setFeatureState({ source: "bays", id }, { changed: true });
    setTimeout(() => {
      for (const id of bayIds) {
        this.#map.setFeatureState({ source: "bays", id }, { changed: false });
      }
    }, flashMs);
  };

  select = (bayId: string | null): void => {
    const last = this.#selectedId;
    this.#selectedId = bayId;
    if (last) this.#map.setFeatureState({ source: "bays", id: last }, { selected: false });
    if (!bayId) return;
    this.#map.setFeatureState({ source: "bays", id: bayId }, { selected: true });
    const bay = this.#bays.find(({ id }) => id === bayId);
    if (bay && !this.#map.getBounds().contains([...bay.kerb[0]])) {
      this.#map.easeTo({ center: [...bay.kerb[0]], duration: 180 });
    }
  };

  setCarParks = (carParks: readonly CarParkView[]): void => {
    this.#parkBounds = boundsOf(carParks.map(({ position }) => position));
    this.#fill("parks", parkFeatures(carParks));
  };

  setTrials = (trials: readonly TrialView[]): void => {
    this.#fill("sites", siteFeatures(trials));
    this.#marks.setSites(trials, this.#words.siteLabel);
    const isNews = this.#halls.length === 0 && trials.length > 0;
    this.#halls = sitesOf(trials).flatMap(({ site }) => hallRing(site));
    // The halls come a moment after the bays; whoever has moved the map meanwhile is left alone.
    if (isNews && this.#isFitted && !this.#isMoved)
      this.#fit(this.#bayBounds(), { animate: false });
  };

  setDrones = (drones: readonly DroneView[]): void => this.#marks.setDrones(drones);

  setScheme = (scheme: Scheme): void => {
    for (const layer of mapLayers(mapColours(scheme))) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) {
        // The names come from a layer of this kind.
        this.#map.setPaintProperty(layer.id, name as PaintName, value);
      }
    }
    this.#map.setLayoutProperty("parks", "icon-image", parkImage(scheme));
  };

  setWords = (words: MapWords): void => {
    const isNew = words.unknown !== this.#words.unknown;
    this.#words = words;
    this.#map.getCanvas().setAttribute("aria-label", words.label);
    if (!isNew) return;
    // Pictures that hold a word are drawn again when they are next missed.
    for (const id of this.#map.listImages()) this.#map.removeImage(id);
    this.#map.setLayoutProperty("parks", "visibility", "none");
    this.#map.setLayoutProperty("parks", "visibility", "visible");
  };

  fitBays = (): void => this.#fit(this.#bayBounds(), { animate: !this.#prefersStill });

  fitCity = (): void => this.#fit(this.#parkBounds, { animate: !this.#prefersStill });

  zoomBy = (steps: number): void => {
    this.#isMoved = true;
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, duration: 160 });
  };

  remove = (): void => this.#map.remove();

  /** The first zone and the halls: neighbourhoods kilometres apart would be two specks. */
  #bayBounds = (): Bounds | undefined => {
    const zone = this.#bays.filter(({ zoneId }) => zoneId === this.#bays[0]?.zoneId);
    return boundsOf([...zone.flatMap(({ kerb }) => kerb), ...this.#halls]);
  };

  #fit(bounds: Bounds | undefined, { animate }: { animate: boolean }): void {
    const { clientWidth, clientHeight } = this.#map.getContainer();
    this.#map.fitBounds(bounds ?? cityBounds, {
      // A phone's map is too small for the margins of a wall's.
      padding: Math.min(72, clientWidth * 0.1, clientHeight * 0.16),
      maxZoom: 18.5,
      animate,
      duration: 190,
    });
  }

  #fill(sourceId: string, features: MapFeature[]): void {
    // Every source of this style is GeoJSON.
    const source = this.#map.getSource(sourceId) as GeoJSONSource | undefined;
    void source?.setData({ type: "FeatureCollection", features });
  }

  #drawMissing(id: string): void {
    const mark = parseParkMark(id);
    const picture = mark && drawParkMark(mark, this.#words.unknown);
    if (!picture || this.#map.hasImage(id)) return;
    this.#map.addImage(id, picture, { pixelRatio: picturePixelRatio });
  }

  async #openCluster(cluster: MapGeoJSONFeature): Promise<void> {
    if (cluster.geometry.type !== "Point") return;
    // Every source of this style is GeoJSON.
    const source = this.#map.getSource("parks") as GeoJSONSource | undefined;
    const zoom = await source?.getClusterExpansionZoom(Number(cluster.properties.cluster_id));
    const [lng = 0, lat = 0] = cluster.geometry.coordinates;
    this.#map.easeTo({ center: [lng, lat], zoom: (zoom ?? 14) + 0.2, duration: 190 });
  }
}

/** To four digits, some 10 m: a map that hardly moved asks nothing anew. */
const boxOf = (bounds: LngLatBounds): LiveBox => {
  const outward = (deg: number, towards: 1 | -1): number =>
    (towards * Math.ceil(towards * deg * 1e4)) / 1e4;
  return [
    outward(bounds.getWest(), -1),
    outward(bounds.getSouth(), -1),
    outward(bounds.getEast(), 1),
    outward(bounds.getNorth(), 1),
  ];
};

/** Older is fainter: confidence from 0.5 to 0.98 becomes an opacity from 0.4 to 1. */
export const shineOf = (confidence: number): number =>
  Math.max(0.4, Math.min(1, 0.4 + ((confidence - 0.5) / 0.45) * 0.6));
