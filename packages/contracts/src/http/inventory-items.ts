import { Type } from "typebox";
import { closed, Id, Instant, Nullable, Position } from "./shapes.ts";

// Items of the inventory as their document writes them (packages/parking, IV1), with their version.

const { Optional, Array: List } = Type;
const Text = Type.String({ minLength: 1 });
const Whole = Type.Integer({ minimum: 0 });
/** The type of an enumeration made from a list is lost, so it is said again. */
const oneOf = <const Value extends string>(...values: Value[]) =>
  Type.Unsafe<Value>(Type.Enum(values));

const versioned = {
  version: Type.Integer({ minimum: 1 }),
  validFrom: Instant,
  validTo: Nullable(Instant),
};

const Line = List(Position);
const Ring = List(Position, { description: "It ends where it begins" });

const Window = Type.Object(
  {
    timeZone: Type.Literal("Europe/Rome"),
    weekdays: List(Type.Integer({ minimum: 1, maximum: 7 })),
    fromMinute: Type.Integer({ description: "After midnight by the clock on the wall" }),
    toMinute: Type.Integer(),
    firstDay: Type.String(),
    lastDay: Type.String(),
  },
  closed,
);

const Activity = oneOf(
  "parking",
  "no-parking",
  "loading",
  "no-loading",
  "unloading",
  "no-unloading",
  "stopping",
  "no-stopping",
  "travel",
  "no-travel",
);

export const PolicyView = Type.Object(
  {
    id: Id,
    name: Text,
    description: Optional(Text),
    priority: Type.Integer({ description: "The lowest number prevails" }),
    rules: List(
      Type.Object(
        {
          activity: Activity,
          userClasses: List(Text, { description: "A vehicle that is all of these; none is all" }),
          maxStayMinutes: Optional(Whole),
          noReturnMinutes: Optional(Whole),
          rateIds: Optional(List(Id)),
        },
        closed,
      ),
    ),
    timeSpans: Optional(
      List(
        Type.Object(
          { window: Window, months: Optional(List(Whole)), daysOfMonth: Optional(List(Whole)) },
          closed,
        ),
      ),
    ),
    ...versioned,
  },
  closed,
);

export const AreaView = Type.Object({ id: Id, name: Text, ring: Ring, ...versioned }, closed);

export const ZoneView = Type.Object(
  {
    id: Id,
    name: Text,
    /** A zone that is older than its inventory has no shape yet. */
    ring: Optional(Ring),
    line: Optional(Line),
    policyIds: List(Id),
    areaIds: List(Id),
    prevZoneIds: Optional(List(Id)),
    userZoneId: Optional(Text),
    streetName: Optional(Text),
    crossStreetStartName: Optional(Text),
    crossStreetEndName: Optional(Text),
    streetSide: Optional(oneOf("N", "NE", "E", "SE", "S", "SW", "W", "NW")),
    median: Optional(Type.Boolean()),
    entireRoadway: Optional(Type.Boolean()),
    parkingAngle: Optional(oneOf("parallel", "perpendicular", "angled")),
    numSpaces: Optional(Whole),
    lengthCm: Optional(Whole),
    widthCm: Optional(Whole),
    ...versioned,
  },
  closed,
);

export const BayKind = oneOf(
  "general",
  "disabled",
  "loading",
  "electric",
  "resident",
  "motorcycle",
  "taxi",
  "car-sharing",
);

export const BayVersionView = Type.Object(
  {
    id: Id,
    zoneId: Id,
    label: Text,
    kerb: Type.Tuple([Position, Position]),
    kind: BayKind,
    policyIds: List(Id),
    spaceNumber: Optional(Whole),
    lengthCm: Optional(Whole),
    widthCm: Optional(Whole),
    ...versioned,
  },
  closed,
);

export const DrawnBayView = Type.Object(
  {
    ...BayVersionView.properties,
    rulesNow: List(
      Type.Object(
        {
          policyId: Id,
          policyName: Text,
          activity: Activity,
          userClasses: List(Text),
          maxStayMinutes: Nullable(Whole),
        },
        closed,
      ),
      { description: "What holds now, what prevails first" },
    ),
  },
  closed,
);
export type DrawnBayView = Type.Static<typeof DrawnBayView>;

export const CurbObjectView = Type.Object(
  {
    id: Id,
    zoneId: Id,
    bayId: Optional(Id),
    policyId: Optional(Id),
    objectType: Text,
    name: Text,
    position: Position,
    description: Optional(Text),
    owner: Optional(Text),
    operator: Optional(Text),
    externalId: Optional(Text),
    externalUrl: Optional(Text),
    ...versioned,
  },
  closed,
);

export const OffStreetView = Type.Object(
  {
    id: Id,
    name: Text,
    address: Text,
    entrances: List(
      Type.Object({ position: Position, use: oneOf("vehicles", "pedestrians", "both") }, closed),
    ),
    capacity: Type.Partial(
      Type.Object(
        {
          general: Whole,
          disabled: Whole,
          loading: Whole,
          electric: Whole,
          resident: Whole,
          motorcycle: Whole,
          taxi: Whole,
          "car-sharing": Whole,
        },
        closed,
      ),
    ),
    openingHours: Optional(List(Window)),
    maxHeightCm: Optional(Whole),
    operator: Optional(Text),
    carParkId: Optional(Id),
    ...versioned,
  },
  closed,
);
