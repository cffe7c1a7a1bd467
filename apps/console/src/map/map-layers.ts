import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from "maplibre-gl";
import type { MapColours } from "./map-colours.ts";

/** The library's own empty collection; every source is filled once its data are known. */
const nothing = { type: "FeatureCollection", features: [] } as const;

export const mapSources: Record<string, SourceSpecification> = {
  grid: { type: "geojson", data: { ...nothing, features: [] } },
  bays: { type: "geojson", data: { ...nothing, features: [] }, promoteId: "id" },
  sites: { type: "geojson", data: { ...nothing, features: [] } },
  parks: {
    type: "geojson",
    data: { ...nothing, features: [] },
    promoteId: "id",
    cluster: true,
    clusterRadius: 56,
    clusterMaxZoom: 14,
    clusterProperties: {
      // The unknown ones add nothing to the sum; they are counted for themselves.
      free: ["+", ["coalesce", ["get", "free"], 0]],
      spaces: ["+", ["get", "spaces"]],
      silent: ["+", ["case", ["==", ["get", "free"], null], 1, 0]],
    },
  },
};

/** Pixels of a metre at zoom 0 at Turin's latitude, with tiles of 512 pixels. */
const pixelsPerMetreAtZero = 512 / (40_075_016.7 * Math.cos((45.07 * Math.PI) / 180));

/** A width on the ground: it doubles with each zoom. */
const metres = (width: number): ExpressionSpecification => [
  "interpolate",
  ["exponential", 2],
  ["zoom"],
  10,
  width * pixelsPerMetreAtZero * 2 ** 10,
  21,
  width * pixelsPerMetreAtZero * 2 ** 21,
];

/** A bay's width on the screen: two metres on the ground, and never too thin to be seen. */
const bayWidth = (more = 0): ExpressionSpecification => [
  "interpolate",
  ["exponential", 1.7],
  ["zoom"],
  11,
  Math.max(0.1, 1.6 + more),
  15,
  3 + more,
  17,
  6.5 + more,
  19,
  15 + more,
  21,
  40 + more,
];

/** Feature state, since a bay changes often and its place never. */
const whenState = (state: string): ExpressionSpecification => [
  "case",
  ["==", ["feature-state", "state"], state],
  ["coalesce", ["feature-state", "shine"], 1],
  0,
];

const whenTrue = (name: string, opacity: number): ExpressionSpecification => [
  "case",
  ["boolean", ["feature-state", name], false],
  opacity,
  0,
];

/** From the ground upwards. What is useful shines; what is not recedes (LOOK). */
export const mapLayers = (colours: MapColours): LayerSpecification[] => [
  { id: "ground", type: "background", paint: { "background-color": colours.ground } },
  {
    id: "grid",
    type: "line",
    source: "grid",
    paint: { "line-color": colours.grid, "line-width": 1 },
  },
  ...streetLayers(colours),
  {
    id: "site-fill",
    type: "fill",
    source: "sites",
    paint: { "fill-color": colours.po, "fill-opacity": ["case", ["get", "isHall"], 0.16, 0.03] },
  },
  {
    id: "site-line",
    type: "line",
    source: "sites",
    paint: { "line-color": colours.po, "line-width": 1.5, "line-dasharray": [4, 3] },
  },
  ...bayLayers(colours),
  ...touchLayers(colours),
  {
    id: "parks",
    type: "symbol",
    source: "parks",
    layout: {
      "icon-image": parkImage(colours.scheme),
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "symbol-sort-key": ["coalesce", ["get", "free"], -1],
    },
  },
];

/** The street that the kerbs lie on: the bands of neighbouring bays flow into one another. */
const streetLayers = (colours: MapColours): LayerSpecification[] => [
  {
    id: "street",
    type: "line",
    source: "bays",
    filter: isPart("bay"),
    layout: { "line-cap": "round" },
    paint: {
      "line-color": colours.street,
      "line-width": metres(20),
      "line-blur": metres(1),
    },
  },
];

const isPart = (part: string): ExpressionSpecification => ["==", ["get", "part"], part];

const bayLayers = (colours: MapColours): LayerSpecification[] => [
  {
    id: "bays-changed",
    type: "line",
    source: "bays",
    filter: isPart("bay"),
    paint: {
      "line-color": colours.po,
      "line-width": bayWidth(10),
      "line-blur": 4,
      "line-opacity": whenTrue("changed", 0.9),
    },
  },
  {
    id: "bays-occupied",
    type: "line",
    source: "bays",
    filter: isPart("bay"),
    paint: {
      "line-color": colours.occupied,
      "line-width": bayWidth(),
      "line-opacity": whenState("occupied"),
    },
  },
  {
    // Hollow: a dashed bar whose core is painted over with the street.
    id: "bays-unknown",
    type: "line",
    source: "bays",
    filter: isPart("bay"),
    paint: {
      "line-color": colours.unknown,
      "line-width": bayWidth(0.5),
      "line-dasharray": [0.45, 0.3],
      "line-opacity": whenState("unknown"),
    },
  },
  {
    id: "bays-unknown-core",
    type: "line",
    source: "bays",
    filter: isPart("core"),
    paint: {
      "line-color": colours.street,
      "line-width": bayWidth(-2),
      "line-opacity": whenState("unknown"),
    },
  },
  {
    id: "bays-free",
    type: "line",
    source: "bays",
    filter: isPart("bay"),
    paint: {
      "line-color": colours.free,
      "line-width": bayWidth(0.5),
      "line-opacity": whenState("free"),
    },
  },
];

/** What the pointer does with bays, above all of them. */
const touchLayers = (colours: MapColours): LayerSpecification[] => [
  {
    id: "bays-selected",
    type: "line",
    source: "bays",
    filter: isPart("bay"),
    layout: { "line-cap": "square" },
    paint: {
      "line-color": colours.text,
      "line-width": 1.5,
      "line-gap-width": bayWidth(5),
      "line-opacity": whenTrue("selected", 1),
    },
  },
  {
    // A finger is wider than a bay.
    id: "bays-hit",
    type: "line",
    source: "bays",
    filter: isPart("bay"),
    paint: { "line-width": bayWidth(14), "line-opacity": 0 },
  },
];

/** The name of a picture that is drawn when it is first missed; see park-picture.ts. */
export const parkImage = (scheme: string): ExpressionSpecification => [
  "concat",
  "park/",
  scheme,
  "/",
  ["case", ["has", "point_count"], ["to-string", ["get", "point_count"]], "1"],
  "/",
  [
    "case",
    ["has", "point_count"],
    ["to-string", ["get", "silent"]],
    ["case", ["==", ["get", "free"], null], "1", "0"],
  ],
  "/",
  ["to-string", ["coalesce", ["get", "free"], 0]],
  "/",
  ["to-string", ["get", "spaces"]],
];
