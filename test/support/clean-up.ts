/**
 * What a test has to end or remove. A test that is given up, by its timeout or because the run is
 * aborted, never reaches the end of its `await using`, so whatever starts or makes something also
 * registers here how to end it; `test/support/setup.ts` drains the registry after each test.
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
 * Registers how to end something, in case nothing else does.
 *
 * @returns a function that takes it back, for whoever has ended it
 * @throws when the file of the test is over: a test that was given up still goes on
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

/** Aborted when the current test has ended or was given up; what still waits then stops waiting. */
export function testSignal(): AbortSignal {
  return endOfTest.signal;
}

/** From now on, what is registered belongs to the hooks of a file. */
export function beginFile(): void {
  isFileOver = false;
}

/** From now on, what is registered belongs to a test. */
export function beginTest(): void {
  if (active++ > 0) return;
  endOfTest = new AbortController();
  registry = ofTest;
}

/** Ends what the test has left. @throws when something could not be ended */
export async function endTest(): Promise<void> {
  if (--active > 0) return;
  endOfTest.abort();
  await drain(ofTest);
  registry = ofFile;
}

/** Ends what the hooks of a file have left. @throws when something could not be ended */
export function endFile(): Promise<void> {
  isFileOver = true;
  return drain(ofFile);
}

/** The last thing made is ended first, as `await using` does. */
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
