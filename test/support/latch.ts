/** A promise that a test settles when it has seen enough. */
export interface Latch {
  readonly opened: Promise<void>;
  open(): void;
}

export function makeLatch(): Latch {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
