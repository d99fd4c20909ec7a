import { type ChoiceTask, type ChoiceWindows, choiceWindows, readTask } from "@sinqbench/choices";
import { type EvaluationInput, loadTokenizer } from "@sinqbench/datasets";
import { openHubFile } from "@sinqbench/hub";
import { BenchError, sha256Hex } from "@sinqbench/tensor";
import { withHub } from "../hub/with-hub.ts";
import { taskNotHere } from "../messages.ts";
import type { ModelFolder } from "../model-folder.ts";
import type { Session } from "../session.ts";
import type { TaskWord } from "./task-word.ts";

/** A task as the evaluator takes it. */
export interface TaskInputs {
  readonly task: ChoiceTask;
  readonly windows: ChoiceWindows;
  /** Of the items: contexts, answers, and which is right. */
  readonly itemsSha256: string;
  readonly tokensSha256: string;
  /** One for each of the windows' sets, in order. */
  readonly inputs: readonly EvaluationInput[];
}

/**
 * The items of a task as windows of the model's own tokens.
 *
 * @param limit keep only the first so many items
 */
export async function taskInputs(
  session: Session,
  model: ModelFolder,
  word: TaskWord,
  limit: number | undefined,
): Promise<TaskInputs> {
  const { task } = word;
  const items = (await readTask(task, await taskFile(session, word))).slice(0, limit);
  await session.breathe();
  const tokenizer = await loadTokenizer(model.dir);
  const windows = choiceWindows(task.name, items, tokenizer, model.config.maxPositions);
  const itemsSha256 = sha256Hex(
    JSON.stringify(items.map(({ context, choices, answer }) => [context, choices, answer])),
  );
  const inputs = windows.sets.map((set) => ({
    name: set.name,
    label: task.label,
    protocol: "choices",
    protocolSha256: sha256Hex("choices"),
    windows: { ...set, firstScored: 1 },
    textSha256: itemsSha256,
    tokensSha256: sha256Hex(set.ids),
  }));
  const tokensSha256 = sha256Hex(JSON.stringify(inputs.map((input) => input.tokensSha256)));
  return { task, windows, itemsSha256, tokensSha256, inputs };
}

async function taskFile(session: Session, { task, path }: TaskWord): Promise<string> {
  const { name, source } = task;
  if (path !== undefined) return session.path(path);
  if (source.kind === "repository") return source.path;
  const { repository, revision, file } = source;
  const request = { repo: repository, type: "dataset", revision, path: file } as const;
  return withHub(session, name, (options) => openHubFile(request, options)).catch((cause: unknown) => {
    throw cause instanceof BenchError ? taskNotHere(name, file, repository, cause) : cause;
  });
}
