import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CHART_THEME, fixed, readTidyCsv, renderChart } from "@sinqbench/report";
