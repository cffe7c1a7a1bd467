import { mapReport } from "@pista/parking";
import { encodeKerbFrame } from "@pista/simulation";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { createCodecs } from "../codecs/codecs.ts";
import { systemClock } from "../system-clock.ts";
import { kerbSensorModel } from "./kerb-sensor-model.ts";

const codecs = createCodecs(systemClock);
afterAll(() => codecs.close());

const decode = (bytes: Uint8Array) =>
  codecs.decode(
    { id: kerbSensorModel.modelId, owner: "city", source: kerbSensorModel.codec },
    { bytes: [...bytes], fPort: 2, recvTimeMs: 0 },
  );

const seen = fc.record({
  state: fc.constantFrom("free" as const, "occupied" as const),
  batteryPct: fc.integer({ min: 0, max: 200 }).map((halves) => halves / 2),
  temperatureC: fc.integer({ min: -400, max: 850 }).map((tenths) => tenths / 10),
  fieldMicrotesla: fc.integer({ min: 0, max: 2_000 }).map((tenths) => tenths / 10),
});

test("[RM1] what a simulated sensor sees is what the hub's codec and mapping make of its bytes", async () => {
  await fc.assert(
    fc.asyncProperty(seen, async (one) => {
      const decoded = await decode(encodeKerbFrame({ ...one, wholeness: 1 }));
      if (!decoded.ok) throw new Error(decoded.fault.detail);
      expect(decoded.value.data).toMatchObject({ fieldMicrotesla: one.fieldMicrotesla });
      expect(decoded.value.warnings).toHaveLength(one.batteryPct < 10 ? 1 : 0);
      const { state, batteryPct, temperatureC } = one;
      expect(mapReport(kerbSensorModel.mapping, decoded.value.data)).toEqual({
        ...{ ok: true, value: { state, batteryPct, temperatureC } },
      });
    }),
  );
});

test("[IN6] a frame that was cut short, or has one wrong byte, says nothing", async () => {
  const wrong = fc.record({ at: fc.nat(7), flipped: fc.integer({ min: 1, max: 255 }) });
  const cut = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  await fc.assert(
    fc.asyncProperty(seen, wrong, cut, async (one, { at, flipped }, wholeness) => {
      const bytes = encodeKerbFrame({ ...one, wholeness: 1 });
      bytes[at] = (bytes[at] ?? 0) ^ flipped;
      for (const broken of [bytes, encodeKerbFrame({ ...one, wholeness })]) {
        const decoded = await decode(broken);
        expect(!decoded.ok && decoded.fault.kind).toBe("codec-errors");
      }
    }),
  );
});
