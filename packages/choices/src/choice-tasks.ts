import type { ChoiceTask } from "./choice-task.ts";
import { everyday } from "./tasks/everyday.ts";
import { hellaswag } from "./tasks/hellaswag.ts";
import { mmlu } from "./tasks/mmlu.ts";
import { piqa } from "./tasks/piqa.ts";

/** The tasks of the paper's tables in their order, then the one that comes along. */
export const choiceTasks: readonly ChoiceTask[] = [hellaswag, piqa, mmlu, everyday];
