/** A client that has not read this much is dropped; bytes. */
const MAX_UNREAD = 1_000_000;

/** Proxies close connections on which nothing happens; milliseconds. */
const PING_MS = 30_000;

const PING = ': ping\n\n';

/** Writes one event. @param data becomes JSON */
export type SendEvent = (name: string, data: object) => void;

/** The open event streams (server-sent events) of the hub. */
export class EventStreams {
  readonly #open = new Set<Stream>();
  #ping: NodeJS.Timeout | undefined;
  #isClosed = false;

  get count(): number {
    return this.#open.size;
  }

  /**
   * Answers a request with a stream.
   * @param start begins to send; called once the stream is open @returns what ends it
   */
  open(start: (send: SendEvent) => () => void): Response {
    const stream = new Stream(() => this.#forget(stream));
    const response = new Response(stream.body, {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        // Nginx would hold events back.
        'X-Accel-Buffering': 'no',
      },
    });
    if (this.#isClosed) stream.close();
    else {
      this.#open.add(stream);
      this.#ping ??= setInterval(() => this.#pingAll(), PING_MS).unref();
      stream.begin(start);
    }
    return response;
  }

  /** Ends all streams, including those that are opened later. Browsers connect again by themselves. */
  close(): void {
    this.#isClosed = true;
    for (const stream of [...this.#open]) stream.close();
  }

  #pingAll(): void {
    for (const stream of [...this.#open]) stream.write(PING);
  }

  #forget(stream: Stream): void {
    this.#open.delete(stream);
    if (this.#open.size > 0) return;
    clearInterval(this.#ping);
    this.#ping = undefined;
  }
}

class Stream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #onEnd: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #stop: () => void = () => {};

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        cancel: () => this.#end(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNREAD }),
    );
  }

  begin(start: (send: SendEvent) => () => void): void {
    // Opens the stream in the browser even if nothing ever happens.
    this.write('retry: 1000\n\n');
    const stop = start((name, data) =>
      this.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`),
    );
    if (this.#controller) this.#stop = stop;
    else stop();
  }

  write(text: string): void {
    const controller = this.#controller;
    if (!controller) return;
    if ((controller.desiredSize ?? 0) > 0) controller.enqueue(this.#encoder.encode(text));
    else {
      controller.error(new Error('the client does not read'));
      this.#end();
    }
  }

  close(): void {
    this.#controller?.close();
    this.#end();
  }

  #end(): void {
    if (!this.#controller) return;
    this.#controller = null;
    this.#stop();
    this.#onEnd();
  }
}
