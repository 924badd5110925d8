/**
 * The clean-ups of tests. A test that times out or is aborted never reaches the end of its `await
 * using`, so everything that starts or creates something also registers its clean-up here.
 * `test/support/setup.ts` drains the registry after each test.
 */
type CleanUp = () => unknown;

const ofFile = new Set<CleanUp>();
const ofTest = new Set<CleanUp>();
let registry = ofFile;
let endOfTest = new AbortController();
/** Concurrent tests share a registry, which is drained when the last of them has ended. */
let active = 0;
let isFileOver = false;

/**
 * Registers a clean-up in case the test does not do it itself.
 *
 * @returns a function that unregisters it, for a caller that has cleaned up itself
 * @throws when the test file has ended: an aborted test may still be running
 */
export function registerCleanUp(cleanUp: CleanUp): () => void {
  if (isFileOver) {
    void cleanUp();
    throw new Error('the tests of this file are over');
  }
  const chosen = registry;
  // The same function may be registered twice.
  const own = (): unknown => cleanUp();
  chosen.add(own);
  return () => void chosen.delete(own);
}

/** Aborted when the current test has ended or was aborted, so that its waits stop. */
export function testSignal(): AbortSignal {
  return endOfTest.signal;
}

/** Clean-ups registered from now on belong to the hooks of a file. */
export function beginFile(): void {
  isFileOver = false;
}

/** Clean-ups registered from now on belong to a test. */
export function beginTest(): void {
  if (active++ > 0) return;
  endOfTest = new AbortController();
  registry = ofTest;
}

/** Runs the remaining clean-ups of the test. @throws when one fails */
export async function endTest(): Promise<void> {
  if (--active > 0) return;
  endOfTest.abort();
  await drain(ofTest);
  registry = ofFile;
}

/** Runs the remaining clean-ups of the hooks of a file. @throws when one fails */
export function endFile(): Promise<void> {
  isFileOver = true;
  return drain(ofFile);
}

/** In reverse order, like `await using`. */
async function drain(cleanUps: Set<CleanUp>): Promise<void> {
  const failures: unknown[] = [];
  for (const cleanUp of [...cleanUps].reverse()) {
    cleanUps.delete(cleanUp);
    try {
      await cleanUp();
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'could not clean up after a test');
}
