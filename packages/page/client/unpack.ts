/** What `packedJson` packed. Charts repeat each other: they are a tenth of their size so. */
export async function unpack<T>(text: string): Promise<T> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return (await new Response(stream).json()) as T;
}
