/** One id per UTF-16 code unit, so that a test sees which characters were read; it counts the texts that it was given. */
export function codeUnits(bos: number | null = null) {
  const texts: string[] = [];
  const encode = (text: string) => {
    texts.push(text);
    return Int32Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  };
  return { encode, texts, identity: "code units", bos };
}

/** The text of code units. */
export const textOf = (ids: Int32Array): string => String.fromCharCode(...ids);
