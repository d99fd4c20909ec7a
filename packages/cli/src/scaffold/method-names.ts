import { badMethodName } from "../messages.ts";

/** The spellings of a new method's name. */
export interface MethodNames {
  /** "my-method": id, folder and file name. */
  readonly id: string;
  /** "myMethod" */
  readonly variable: string;
  /** "MyMethodOptions" */
  readonly options: string;
  /** "My method" */
  readonly label: string;
  /** "@sinqbench/my-method" */
  readonly packageName: string;
}

/** Longest id: its table column, and the written lines, keep their width. */
const MAX_LENGTH = 24;

/** Words that cannot name a constant of a module, or that the written files use themselves. */
const TAKEN = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof undefined var void while with yield
  checkConfig checkWeight config context data decode describe effectiveGroup encoded expect group info it join kernels loadAux
  loadKernels quantizer quantizerConformance quantizers readFileSync roundAndStore roundings weight`.split(/\s+/),
);

/** @throws UsageError `bad-method-name` */
export function methodNames(id: string): MethodNames {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw badMethodName(id, "is not small letters and digits with single dashes between them, letter first");
  }
  if (id.length > MAX_LENGTH) throw badMethodName(id, `is longer than ${MAX_LENGTH} characters`);
  const pascal = id.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
  const variable = pascal[0].toLowerCase() + pascal.slice(1);
  if (TAKEN.has(variable)) throw badMethodName(id, `would be called ${variable} in code, which has that name already`);
  const words = id.replaceAll("-", " ");
  return {
    id,
    variable,
    options: `${pascal}Options`,
    label: words[0].toUpperCase() + words.slice(1),
    packageName: `@sinqbench/${id}`,
  };
}
