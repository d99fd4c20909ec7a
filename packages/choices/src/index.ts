export type { ChoiceItem } from "./choice-item.ts";
export type { ChoiceTask, TaskSource } from "./choice-task.ts";
export { choiceTasks } from "./choice-tasks.ts";
export { type ChoiceSet, type ChoiceSpan, type ChoiceWindows, choiceWindows } from "./choice-windows.ts";
export { logLikelihoods } from "./log-likelihoods.ts";
export { readTask } from "./read-task.ts";
export { accuracy, flipRate, type Predictions, predictions, type Share } from "./score-choices.ts";
