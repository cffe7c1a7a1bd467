import type { LngLat } from "@pista/kernel";

/** How a street lives; the simulator, which knows no map, plays it by this word. */
export type StreetLife = "offices" | "night-life";

/** How a street's sensors reach the hub: JSON or bytes by MQTT, or LoRaWAN by a network server. */
export type SensorDoor = "report" | "raw" | "tts" | "chirpstack";

/** A straight stretch of street with a kerb on either side. */
export type StreetAxis = {
  readonly name: string;
  readonly from: LngLat;
  readonly to: LngLat;
  /** From the axis to the kerb. */
  readonly kerbM: number;
  readonly door: SensorDoor;
};

const corsoKerbM = 8;
const viaKerbM = 5.5;

const axis = (
  door: SensorDoor,
  name: string,
  kerbM: number,
  [fromLngDeg, fromLatDeg]: readonly [number, number],
  [toLngDeg, toLatDeg]: readonly [number, number],
): StreetAxis => ({
  door,
  name,
  kerbM,
  from: { lngDeg: fromLngDeg, latDeg: fromLatDeg },
  to: { lngDeg: toLngDeg, latDeg: toLatDeg },
});

/**
 * Laid out by hand, two ends to a street, some tens of metres from where the real ones run: enough
 * for a demonstration, and copied from no map. Nothing says that such bays stand there.
 */
export const corsoMarcheStreets: readonly StreetAxis[] = [
  axis("report", "Corso Marche", corsoKerbM, [7.61452, 45.0781], [7.61452, 45.0821]),
  axis("report", "Via Pietro Cossa", viaKerbM, [7.6187, 45.0784], [7.61862, 45.0821]),
  axis("report", "Strada Antica di Collegno", viaKerbM, [7.6132, 45.07888], [7.6192, 45.07898]),
  axis("raw", "Via Servais", viaKerbM, [7.6132, 45.08172], [7.6192, 45.08182]),
];

/**
 * From Corso Vittorio Emanuele II southwards, and then across from Via Nizza towards the river.
 * All of it speaks LoRaWAN, so that one trial's hook lets all of it in.
 */
export const sanSalvarioStreets: readonly StreetAxis[] = [
  axis("chirpstack", "Via Nizza", corsoKerbM, [7.67958, 45.06094], [7.67766, 45.05689]),
  axis("tts", "Via Saluzzo", viaKerbM, [7.68143, 45.0606], [7.67933, 45.05617]),
  axis("tts", "Via Sant'Anselmo", viaKerbM, [7.6827, 45.0603], [7.68112, 45.05698]),
  axis("tts", "Via Madama Cristina", viaKerbM, [7.68415, 45.05996], [7.68197, 45.05535]),
  axis("tts", "Via Ormea", viaKerbM, [7.68479, 45.0582], [7.6839, 45.05632]),
  axis("chirpstack", "Via San Pio V", viaKerbM, [7.67932, 45.06039], [7.68384, 45.05932]),
  axis("chirpstack", "Via Berthollet", viaKerbM, [7.67889, 45.05949], [7.6842, 45.05824]),
  axis("tts", "Via Baretti", viaKerbM, [7.67847, 45.0586], [7.68438, 45.0572]),
  axis("chirpstack", "Via Silvio Pellico", viaKerbM, [7.67804, 45.0577], [7.68257, 45.05663]),
  axis("chirpstack", "Corso Marconi", corsoKerbM, [7.6776, 45.05677], [7.68315, 45.05545]),
];
