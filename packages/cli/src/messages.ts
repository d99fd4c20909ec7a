import { BenchError, closestName } from "@sinqbench/tensor";
import { UsageError } from "./usage-error.ts";

/** Every error message of the command line. One line each: what is wrong, where, and what to type next. */

function suggestion(word: string, known: readonly string[]): string {
  const near = closestName(word, known);
  return near === undefined ? `Known: ${known.join(", ")}.` : `Did you mean ${near}?`;
}

export function unknownMethod(method: string, known: readonly string[]): UsageError {
  return new UsageError("unknown-method", `no method is called "${method}". ${suggestion(method, known)}`);
}

/** Settings that a method is not defined for are a matter of the command line. */
export function notOffered(cause: BenchError): UsageError {
  return new UsageError(cause.code, cause.message, { cause });
}

export function notAQuantizer(known: readonly string[]): UsageError {
  return new UsageError(
    "not-a-quantizer",
    `bf16 stands for the checkpoint's own weights and quantizes nothing; --method takes one of ${known.join(", ")}.`,
  );
}

export function activationsMissing(method: string): UsageError {
  return new UsageError(
    "activations-missing",
    `${method} learns from a layer's inputs; give them as --activations FILE:TENSOR, float rows [..., in] in a .safetensors file, or quantize a whole checkpoint.`,
  );
}

/** A method that moves scales by what the layers of a block get as inputs, asked to quantize a checkpoint. */
export function blockInputsMissing(method: string): UsageError {
  return new UsageError(
    "block-inputs-missing",
    `${method} moves scales between the layers of a block by the inputs of each, which --activations alone does not give; leave it out, and it learns from --calibration.`,
  );
}

export function tensorsOfCalibrated(method: string): UsageError {
  return new UsageError(
    "tensors-of-calibrated",
    `${method} is calibrated block by block on all linear layers of a checkpoint; leave --tensors out, or give one layer's inputs with --activations.`,
  );
}

export function needlessActivations(method: string): UsageError {
  return new UsageError("needless-activations", `${method} learns from no inputs; leave --activations out.`);
}

export function badActivations(path: string, name: string, cols: number, tensor: string, width: number): BenchError {
  return new BenchError(
    "wrong-activation-width",
    `${path}: ${name} has rows of ${cols}, but ${tensor} takes ${width} inputs; narrow --tensors to the layer they belong to.`,
  );
}

export function nothingToCompare(a: string, b: string): BenchError {
  return new BenchError(
    "nothing-to-compare",
    `${a} and ${b} have no cell in common: model, method, bits, settings, calibration, text and tokens must agree; run both with the same.`,
  );
}

export function emptyPrompt(): UsageError {
  return new UsageError("empty-prompt", "--prompt is empty; give the text to continue.");
}

export function promptTooLong(prompt: number, tokens: number, positions: number): UsageError {
  return new UsageError(
    "prompt-too-long",
    `the prompt's ${prompt} tokens and ${tokens} more do not fit in the model's ${positions} positions; shorten it, or lower --tokens.`,
  );
}

export function unknownDataset(name: string, known: readonly string[]): UsageError {
  return new UsageError(
    "unknown-dataset",
    `no data set is called "${name}". ${suggestion(name, known)} A text file of your own goes with --text FILE.`,
  );
}

export function textHasNoFile(name: string): UsageError {
  return new UsageError(
    "text-has-no-file",
    `${name} comes with the repository and is read from no file; leave the path out, or give your text with --text FILE.`,
  );
}

export function sameDataset(name: string): UsageError {
  return new UsageError(
    "same-dataset",
    `${name} is named twice by --dataset under one protocol; name it once, or with another protocol (exp list).`,
  );
}

export function datasetNotHere(name: string, file: string, repository: string, cause: BenchError): BenchError {
  return new BenchError(
    cause.code,
    `${cause.message} To evaluate without the network, give ${file} of ${repository} as --dataset ${name}=FILE, ` +
      "or take a text that comes along: --dataset moby-dick.",
    { cause },
  );
}

export function unknownTask(name: string, known: readonly string[]): UsageError {
  return new UsageError("unknown-task", `no multiple-choice task is called "${name}". ${suggestion(name, known)}`);
}

export function sameTask(name: string): UsageError {
  return new UsageError("same-task", `${name} is named twice by --task; name it once.`);
}

export function taskHasNoFile(name: string): UsageError {
  return new UsageError(
    "task-has-no-file",
    `${name} comes with the repository and is read from no file; leave the path out.`,
  );
}

export function taskNotHere(name: string, file: string, repository: string, cause: BenchError): BenchError {
  return new BenchError(
    cause.code,
    `${cause.message} To go on without the network, give ${file} of ${repository} as --task ${name}=FILE, or take the items ` +
      "that come along: --task everyday.",
    { cause },
  );
}

export function oneInput(given: readonly string[]): UsageError {
  const found = given.length === 0 ? "none of them was given" : `${given.join(" and ")} were given`;
  return new UsageError("one-input", `give one of --dataset NAME, --text FILE and --tokens FILE: ${found}.`);
}

export function windowOfTokens(path: string, asked: number, length: number): UsageError {
  return new UsageError(
    "window-of-tokens",
    `every row of ${path} is one window of ${length} tokens, so --window ${asked} cannot apply; leave it out.`,
  );
}

export function windowTooLong(model: string, window: number, positions: number): BenchError {
  return new BenchError(
    "window-too-long",
    `a window of ${window} tokens is longer than the ${positions} positions of ${model}; give --window ${positions} or less.`,
  );
}

export function noSuchPath(path: string): BenchError {
  return new BenchError("no-such-path", `${path}: no such file or folder; check the path.`);
}

/** `there`: the path is something else than a folder. `embedded`: words for the models that come with the repository. */
export function modelNotAFolder(path: string, there: boolean, word: string, embedded: readonly string[]): BenchError {
  const near = closestName(word, embedded);
  return new BenchError(
    "model-not-found",
    `${path}: ${there ? "not a" : "no such"} folder; ${near === undefined ? "" : `did you mean ${near}? `}MODEL is a checkpoint folder with config.json ` +
      `and *.safetensors, a model of the hub as org/name, or one that comes along: ${embedded.join(", ")}.`,
  );
}

export function unknownExperiment(id: string, known: readonly string[]): UsageError {
  return new UsageError("unknown-experiment", `no experiment is called "${id}". ${suggestion(id, known)}`);
}

/** The word was no path, and as a model of the hub it came to `cause`. */
export function neitherPathNorRepo(path: string, cause: BenchError): BenchError {
  return new BenchError(cause.code, `${path}: no such folder or file; and as a model of the hub: ${cause.message}`, {
    cause,
  });
}

export function revisionOfPath(word: string): UsageError {
  return new UsageError(
    "revision-of-path",
    `--revision is for models of the hub, and ${word} is none; leave it out, or give it with the model it belongs to as org/name@revision.`,
  );
}

export function quantizeInput(path: string): BenchError {
  return new BenchError(
    "quantize-input",
    `${path}: neither a .safetensors file nor a checkpoint folder with config.json; give one of them.`,
  );
}

export function outputIsInput(path: string): BenchError {
  return new BenchError("output-is-input", `${path} is the input itself (or lies inside it); give another --out.`);
}

export function outputNotEmpty(path: string): BenchError {
  return new BenchError("output-not-empty", `${path} exists and is not empty; remove it or give another --out.`);
}

export function outputNotAFile(path: string): BenchError {
  return new BenchError("output-not-a-file", `${path} is a folder; --out must name a .safetensors file.`);
}

export function outputIsAFile(path: string): BenchError {
  return new BenchError("output-is-a-file", `${path} is a file; the output of a checkpoint must be a folder.`);
}

export function noTensorsMatch(path: string, pattern: string | undefined): BenchError {
  const what =
    pattern === undefined ? "holds no 2-D float tensor" : `holds no 2-D float tensor whose name matches ${pattern}`;
  return new BenchError("no-tensors", `${path} ${what}; nothing to quantize.`);
}

export function missingLinear(path: string, tensor: string): BenchError {
  return new BenchError(
    "missing-tensor",
    `${path}: the architecture has a linear layer ${tensor}, the checkpoint does not; the checkpoint is not complete.`,
  );
}

export function inTensor(path: string, tensor: string, cause: BenchError): BenchError {
  return new BenchError(cause.code, `${path}, ${tensor}: ${cause.message}`, { cause });
}

export function cannotWrite(path: string, cause: unknown): BenchError {
  return new BenchError(
    "cannot-write",
    `${path} cannot be written (${(cause as Error).message}); check the folder's permissions and free space.`,
    { cause },
  );
}

export function sameModelName(name: string): UsageError {
  return new UsageError(
    "same-model-name",
    `two of the --model folders are called ${name}, and results are filed under that name; rename one, or run them with different --out.`,
  );
}

/** `problem` completes "NAME ...". */
export function badMethodName(name: string, problem: string): UsageError {
  return new UsageError("bad-method-name", `"${name}" ${problem}; choose a name such as my-method.`);
}

/** `owner` completes "NAME ...". */
export function methodNameTaken(name: string, owner: string): UsageError {
  return new UsageError("method-name-taken", `${name} ${owner}; choose another name.`);
}

export function notACheckout(path: string): BenchError {
  return new BenchError(
    "not-a-checkout",
    `${path} cannot be read; a new quantizer is written into a checkout of the repository, run exp from one.`,
  );
}

export function registryChanged(path: string): BenchError {
  return new BenchError(
    "registry-changed",
    `${path} is not laid out as exp new expects, nothing was written; restore it, or add the method by hand as CONTRIBUTING.md says.`,
  );
}

export function packedInput(path: string): BenchError {
  return new BenchError(
    "packed-input",
    `${path} holds matrices that are quantized already (--format packed); give the checkpoint that it was made from.`,
  );
}

export function outNotServed(): UsageError {
  return new UsageError("out-not-served", "--serve writes no file; leave --out out, or --serve.");
}

export function portNotServed(): UsageError {
  return new UsageError("port-not-served", "--port belongs to --serve; give both, or neither.");
}

/** cuda/measure/measure.sh, which has said on stderr what went wrong. */
export function measuringFailed(code: number): BenchError {
  return new BenchError(
    "measuring-failed",
    `Measuring the CUDA kernels ended with ${code}: see above for what failed, or use --kernels cpu.`,
  );
}
