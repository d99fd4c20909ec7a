type Listener = (method: string) => void;

const listeners: Listener[] = [];
let followed = "";

/** The followed method, "" for none. */
export function followedMethod(): string {
  return followed;
}

/** Follows a method across charts and tables; the same method again, or "", lets go of it. */
export function follow(method: string): void {
  followed = method === followed ? "" : method;
  for (const listener of listeners) listener(followed);
}

/** Tells everyone again: a part of the page is new. */
export function followAgain(): void {
  for (const listener of listeners) listener(followed);
}

export function onFollow(listener: Listener): void {
  listeners.push(listener);
}
