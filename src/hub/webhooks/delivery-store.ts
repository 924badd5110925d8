import { mkdirSync } from 'node:fs';
import type { History } from '../store/history.ts';
import type { EventOf } from '../store/history-events.ts';
import { synchronize, writePayload } from './delivery-file.ts';

/** A delivery that must be on the disk before its sender gets an answer. */
interface Pending {
  event: EventOf<'firing.requested'>;
  file: string;
  payload: string;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Writes deliveries to the disk. Those that come in while others are written share the next write:
 * the disk then synchronizes history and directory once for all of them.
 */
export class DeliveryStore {
  readonly #history: History;
  readonly #directory: string;
  /** By the firing's id. */
  readonly #stored = new Map<string, Promise<void>>();
  #waiting: Pending[] = [];
  #isWriting = false;

  /** @param directory for the payloads */
  constructor(history: History, directory: string) {
    this.#history = history;
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /**
   * Stores a delivery, unless one with its id is there already.
   * @returns whether it was new; in either case it is on the disk then
   * @throws when it cannot be written
   */
  async store(event: EventOf<'firing.requested'>, file: string, payload: string): Promise<boolean> {
    const { firing } = event;
    const earlier = this.#stored.get(firing);
    if (earlier || this.#history.state.firings.has(firing)) {
      await earlier;
      return false;
    }
    const stored = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ event, file, payload, resolve, reject });
    });
    this.#stored.set(firing, stored);
    void this.#writeAll();
    try {
      await stored;
      return true;
    } finally {
      this.#stored.delete(firing);
    }
  }

  async #writeAll(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    // Those that come in at the same time as the first one are written with it.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#write(batch);
    }
    this.#isWriting = false;
  }

  async #write(batch: readonly Pending[]): Promise<void> {
    try {
      const files = batch.map(({ file, payload }) => writePayload(this.#directory, file, payload));
      await Promise.all(files);
      // The payloads come first: an event whose payload is missing could not be carried out.
      await synchronize(this.#directory);
      this.#history.append(batch.map(({ event }) => event));
      await synchronize(this.#history.path);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
