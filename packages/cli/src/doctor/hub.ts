import { freeBytes, hubSettings } from "@sinqbench/hub";
import type { Io } from "../io.ts";
import { measure } from "../terminal/quantity.ts";
import type { Finding } from "./finding.ts";
import { folderFinding } from "./folders.ts";

/** Where models and data sets of the hub come from and go to. Asks no server. */
export async function hubFindings(env: Io["env"]): Promise<Finding[]> {
  const { endpoint, token, cacheDir, offline } = await hubSettings(env);
  const free = await freeBytes(cacheDir);
  const cache = await folderFinding("Hub cache", cacheDir);
  return [
    {
      subject: "Hub",
      found: `${endpoint}, ${token ? `with the token in ${token.source}` : "without a token"}`,
      ...(offline && { advice: "HF_HUB_OFFLINE is set: models and data sets come from the cache alone" }),
    },
    { ...cache, found: `${cache.found}${free === undefined ? "" : `, ${measure(free, "B")} free`}` },
  ];
}
