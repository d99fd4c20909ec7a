import type { IncomingMessage, ServerResponse } from "node:http";

/** What a stand-in does instead of answering as the hub would, to requests whose line (`GET /path`) matches. */
export interface Fault {
  readonly match: RegExp;
  /** How many requests it spoils; all, where it is left out. */
  times?: number;
  readonly reply: (request: IncomingMessage, response: ServerResponse, answer: Answer) => void;
}

/** What the hub would have answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

export function status(code: number, headers: Record<string, string> = {}): Fault["reply"] {
  return (_request, response) => void response.writeHead(code, headers).end();
}

/** Sends the headers and the first bytes, then cuts the connection. */
export function cutAfter(bytes: number): Fault["reply"] {
  return (request, response, { status, headers, body }) => {
    response.writeHead(status, headers);
    response.write(body.subarray(0, bytes), () => request.socket.destroy());
    // An empty first part is never written out by itself.
    if (bytes === 0) response.flushHeaders();
  };
}

/** Sends the first bytes and nothing more, and keeps the connection. */
export function fallSilentAfter(bytes: number): Fault["reply"] {
  return (_request, response, { status, headers, body }) => {
    response.writeHead(status, headers);
    response.write(body.subarray(0, bytes));
  };
}

/** As many bytes, of which one is another. */
export const wrongByte: Fault["reply"] = (_request, response, { status, headers, body }) => {
  const wrong = Buffer.from(body);
  wrong[wrong.length >> 1] ^= 1;
  response.writeHead(status, headers).end(wrong);
};

/** The whole file, whatever part was asked for; some proxies do. */
export function wholeFile(body: Buffer): Fault["reply"] {
  return (_request, response) => void response.writeHead(200, { "Content-Length": String(body.length) }).end(body);
}
