/** Allows so many events a second on average, and a burst of them. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  /** @param now milliseconds on a clock that never goes back */
  constructor(limit: { perSecond: number; burst: number }, now: () => number) {
    this.#perSecond = limit.perSecond;
    this.#burst = limit.burst;
    this.#now = now;
    this.#left = limit.burst;
    this.#at = now();
  }

  /** Takes one event. @returns false if there were too many */
  take(): boolean {
    const now = this.#now();
    const gained = ((now - this.#at) / 1_000) * this.#perSecond;
    this.#left = Math.min(this.#burst, this.#left + gained);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
