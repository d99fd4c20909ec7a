/** Draws loss.csv of checkpoint folders as loss-curve.vl.json, .svg and .png beside it: tsx loss-curve.ts DIR... */
import { writeLossCurve } from "@sinqbench/report";

const dirs = process.argv.slice(2);
if (dirs.length === 0) {
  console.error("Give the folders that train.py wrote: tsx packages/embedded/recipe/loss-curve.ts DIR...");
  process.exitCode = 2;
}
for (const dir of dirs) for (const path of await writeLossCurve(dir)) console.log(path);
