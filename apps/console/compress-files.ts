import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

/** Fonts are compressed already, and a smaller file travels in one packet as it is. */
const isWorthIt = (name: string, text: Buffer): boolean =>
  /\.(css|html|m?js)$/.test(name) && text.length > 1_024;

/** A third of the time of the highest quality, for two percent more bytes. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };

/** Writes each text file's twins, compressed once here, which the hub sends to whoever takes them. */
export const compressFiles = (): Plugin => ({
  name: "pista-compress-files",
  apply: "build",
  async writeBundle({ dir }, bundle) {
    if (dir === undefined) return;
    const compress = async (name: string): Promise<void> => {
      const path = join(dir, name);
      const text = await readFile(path);
      if (!isWorthIt(name, text)) return;
      await Promise.all([
        writeFile(`${path}.br`, await promisify(brotliCompress)(text, brotliOptions)),
        writeFile(
          `${path}.gz`,
          await promisify(gzip)(text, { level: constants.Z_BEST_COMPRESSION }),
        ),
      ]);
    };
    await Promise.all(Object.keys(bundle).map(compress));
  },
});
