import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { beginFile, beginTest, endFile, endTest } from './clean-up.ts';

/** Killing a client and its children takes a moment on a busy machine; milliseconds. */
const CLEAN_UP_MS = 60_000;

beforeAll(beginFile);
beforeEach(beginTest);
afterEach(endTest, CLEAN_UP_MS);
afterAll(endFile, CLEAN_UP_MS);
