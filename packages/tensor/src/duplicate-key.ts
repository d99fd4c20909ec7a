const token = /"(?:[^"\\]|\\.)*"|[{}[\],]/gs;

/**
 * First key that stands twice in one object of `json`, or undefined. `JSON.parse` keeps the last one silently, which
 * would let two tensors of one name pass.
 *
 * @param json text that `JSON.parse` accepts
 */
export function duplicateKey(json: string): string | undefined {
  const stack: (Set<string> | null)[] = [];
  let expectsKey = false;
  for (const [text] of json.matchAll(token)) {
    const first = text[0];
    if (first === '"') {
      if (!expectsKey) continue;
      const keys = stack.at(-1)!;
      const key = text.includes("\\") ? (JSON.parse(text) as string) : text.slice(1, -1);
      if (keys.has(key)) return key;
      keys.add(key);
      expectsKey = false;
    } else if (first === "{") {
      stack.push(new Set());
      expectsKey = true;
    } else if (first === "[") {
      stack.push(null);
      expectsKey = false;
    } else if (first === ",") {
      expectsKey = stack.at(-1) != null;
    } else {
      stack.pop();
      expectsKey = false;
    }
  }
  return undefined;
}
