import {
  addDevice,
  call,
  type DeviceView,
  endDevice,
  listDevices,
  moveDevice,
  rotateDeviceKey,
  setDeviceModel,
} from "@pista/contracts";
import type { Command } from "commander";
import { HubError } from "../errors.ts";
import { ask, type Options, readPages, withDoors } from "./ask-hub.ts";

export function addDeviceCommand(program: Command): void {
  const device = program.command("device").description("Sensors and their keys");
  addAdd(device);
  addList(device);
  addRotateKey(device);
  addMove(device);
  addSetModel(device);
  addEnd(device);
}

const keyWords = ({ id, key }: { id: string; key: string }): string => `id   ${id}\nkey  ${key}`;

function addAdd(device: Command): void {
  withDoors(device.command("add"))
    .description("Add a sensor to a bay; its key is printed once and kept by nobody")
    .requiredOption("--model <model>", "what it is, such as a maker's name for it")
    .requiredOption("--bay <id>", "the bay that it watches")
    .option("--trial <id>", "the trial under which it may report")
    .action((options: Options & { model: string; bay: string; trial?: string }) => {
      const { model, bay, trial } = options;
      const body = { model, bayId: bay, ...(trial === undefined ? {} : { trialId: trial }) };
      return ask(options, (transport) => call(transport, addDevice, { body }), keyWords);
    });
}

function addList(device: Command): void {
  withDoors(device.command("list"))
    .description("Every sensor, with its bay and when it was heard")
    .action((options: Options) =>
      ask(
        options,
        (transport) => readPages((query) => call(transport, listDevices, { query })),
        (views) => views.map(deviceWords).join("\n"),
      ),
    );
}

const deviceWords = ({ id, bayId, lastReportAt, model }: DeviceView): string =>
  [id, bayId ?? "no bay", lastReportAt ?? "never heard", model].join("  ");

function addRotateKey(device: Command): void {
  withDoors(device.command("rotate-key <device>"))
    .description("Give a sensor a new key, printed once; the old one is refused at once")
    .action((deviceId: string, options: Options) =>
      ask(
        options,
        (transport) => call(transport, rotateDeviceKey, { params: { deviceId }, body: {} }),
        keyWords,
      ),
    );
}

function addMove(device: Command): void {
  withDoors(device.command("move <device>"))
    .description("Put a sensor on another bay, or on none; reports stay with their bay")
    .option("--bay <id>", "the bay that it is to watch")
    .option("--no-bay", "take it from its bay")
    .action((deviceId: string, options: Options & { bay?: string | false }) => {
      const { bay } = options;
      if (bay === undefined) {
        throw new HubError("HUB_SETTINGS", "Say where it goes: --bay BAY, or --no-bay.");
      }
      const body = { bayId: bay === false ? null : bay };
      return ask(
        options,
        (transport) => call(transport, moveDevice, { params: { deviceId }, body }),
        ({ id, bayId }: DeviceView) => `${id} watches ${bayId ?? "no bay"}`,
      );
    });
}

function addSetModel(device: Command): void {
  withDoors(device.command("set-model <device> <model-id>"))
    .description("Have a sensor's bytes read by the codec of another model")
    .option("--model <model>", "what it is called from now on")
    .action((deviceId: string, modelId: string, options: Options & { model?: string }) => {
      const { model } = options;
      const body = { modelId, ...(model === undefined ? {} : { model }) };
      return ask(
        options,
        (transport) => call(transport, setDeviceModel, { params: { deviceId }, body }),
        (view: DeviceView) => `${view.id} is a ${view.model}, read by ${view.modelId}`,
      );
    });
}

function addEnd(device: Command): void {
  withDoors(device.command("end <device>"))
    .description("End a sensor for good: its bay and its DevEUI are free for another")
    .action((deviceId: string, options: Options) =>
      ask(
        options,
        async (transport) => {
          await call(transport, endDevice, { params: { deviceId } });
          return { id: deviceId };
        },
        ({ id }) => `${id} has ended; its bay is free`,
      ),
    );
}
