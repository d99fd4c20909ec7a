import type { ConfigReader } from "./config-reader.ts";
import { messages } from "./messages.ts";
import type { ExpertsConfig } from "./types.ts";

/** Refuses numbers of experts and groups that contradict each other. */
export function checkedExperts(config: ConfigReader, experts: ExpertsConfig): ExpertsConfig {
  const { count, routing } = experts;
  const { perToken, groups } = routing;
  if (perToken > count) {
    throw messages.badField(config.path, "num_experts_per_tok", perToken, `at most the ${count} experts`);
  }
  if (!groups) return experts;
  if (count % groups.count !== 0 || count / groups.count < groups.best) {
    const least = groups.best > 1 ? `, ${groups.best} or more each` : "";
    throw messages.badField(config.path, "n_group", groups.count, `equal parts of ${count} experts${least}`);
  }
  if (groups.chosen > groups.count || (groups.chosen * count) / groups.count < perToken) {
    throw messages.badField(
      config.path,
      "topk_group",
      groups.chosen,
      `some of ${groups.count} groups, with ${perToken} experts in them`,
    );
  }
  return experts;
}
