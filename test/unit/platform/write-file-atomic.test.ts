import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileOnce } from '../../../src/platform/create-file-once.ts';
import { writeFileAtomic } from '../../../src/platform/write-file-atomic.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
let file: string;

beforeEach(async () => {
  dir = await makeTempDir();
  file = join(dir.path, 'file');
});
afterEach(() => dir.remove());

const permissions = () => statSync(file).mode & 0o777;

describe('writeFileAtomic', () => {
  it('makes the file private by default', () => {
    writeFileSync(file, 'old', { mode: 0o644 });

    writeFileAtomic(file, 'new');

    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(permissions()).toBe(0o600);
  });

  it('keeps the permissions of the file it replaces, whatever the umask', () => {
    writeFileSync(file, 'old');
    chmodSync(file, 0o666);

    writeFileAtomic(file, new Uint8Array([110, 101, 119]), { mode: 'keep' });

    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(permissions()).toBe(0o666);
  });

  it('gives a new file the default permissions if there are none to keep', () => {
    writeFileSync(join(dir.path, 'other'), '');

    writeFileAtomic(file, 'new', { mode: 'keep' });

    expect(permissions()).toBe(statSync(join(dir.path, 'other')).mode & 0o777);
  });

  it('leaves no temporary file when it fails', () => {
    mkdirSync(file);

    expect(() => writeFileAtomic(file, 'x')).toThrow();
    expect(() => writeFileAtomic(join(dir.path, 'none', 'file'), 'x')).toThrow();
    expect(readdirSync(dir.path)).toEqual(['file']);
  });
});

describe('createFileOnce', () => {
  it('returns the content of the first caller to every caller', () => {
    expect(createFileOnce(file, 'first')).toBe('first');
    expect(createFileOnce(file, 'second')).toBe('first');
    expect(readdirSync(dir.path)).toEqual(['file']);
    expect(permissions()).toBe(0o600);
  });
});
