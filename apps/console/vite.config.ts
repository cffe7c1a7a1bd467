import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressFiles } from "./compress-files.ts";

/** Where `npm start` serves the hub. */
const hub = "http://127.0.0.1:8080";

export default defineConfig(({ command }) => {
  // Whoever builds it from a test has NODE_ENV=test, and would get React's slow development build.
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    root: import.meta.dirname,
    base: "/",
    plugins: [react(), compressFiles()],
    build: {
      outDir: "dist",
      // The page's policy allows no data: fonts, and one request more is cheap.
      assetsInlineLimit: 0,
      // The map's library is one piece of this size; it is fetched after the first page is drawn.
      chunkSizeWarningLimit: 1_200,
    },
    server: {
      proxy: {
        "/v1": hub,
        "/health": hub,
        "/live": { target: hub, ws: true },
      },
    },
  };
});
