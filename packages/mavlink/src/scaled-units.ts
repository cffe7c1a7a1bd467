/*
 * MAVLink's messages keep the integers of the wire: degrees times 10^7, millimetres, cm/s, and
 * hundredths of degrees. Whoever hands a message on converts here, so that no scaled integer goes
 * farther than the edge. Towards the wire everything is rounded to the whole numbers it carries.
 */

export const degFromDegE7 = (degE7: number): number => degE7 / 1e7;
export const degE7FromDeg = (deg: number): number => Math.round(deg * 1e7);

export const mFromMm = (mm: number): number => mm / 1e3;
export const mmFromM = (m: number): number => Math.round(m * 1e3);

export const mpsFromCmps = (cmps: number): number => cmps / 1e2;
export const cmpsFromMps = (mps: number): number => Math.round(mps * 1e2);

export const degFromCdeg = (cdeg: number): number => cdeg / 1e2;
/** A heading or course, brought into 0 to 35999. */
export const headingCdegFromDeg = (deg: number): number =>
  ((Math.round(deg * 1e2) % 36_000) + 36_000) % 36_000;
