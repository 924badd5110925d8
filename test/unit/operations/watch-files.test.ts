import { EventEmitter } from 'node:events';
import type { watch } from 'chokidar';
import { beforeEach, expect, test, vi } from 'vitest';
import { watchFiles } from '../../../src/operations/watch-files.ts';

const watchers: { options: object; emit(name: string, e?: unknown): void }[] = [];

const watchWith = ((_: string, options: object) => {
  const watcher = Object.assign(new EventEmitter(), { options, close: async () => {} });
  watchers.push(watcher);
  return watcher;
}) as unknown as typeof watch;

beforeEach(() => void watchers.splice(0));

const error = (code: string) => Object.assign(new Error(code), { code });

test.for(['EMFILE', 'ENFILE', 'ENOSPC'])(
  'looks at the files itself after %s, and says so once',
  async (code) => {
    const listener = { onChange: vi.fn(), onError: vi.fn(), onPolling: vi.fn() };
    const close = watchFiles('/dir', { depth: 0 }, listener, watchWith);
    watchers[0]?.emit('error', error(code));
    watchers[0]?.emit('error', error(code));
    expect(watchers.map(({ options }) => options)).toEqual([
      { depth: 0, ignoreInitial: true },
      { depth: 0, ignoreInitial: true, usePolling: true, interval: 500 },
    ]);
    expect(listener.onPolling).toHaveBeenCalledOnce();
    expect(listener.onError).not.toHaveBeenCalled();
    watchers[1]?.emit('all');
    expect(listener.onChange).toHaveBeenCalledOnce();
    await close();
  },
);

test('reports every other error', async () => {
  const listener = { onChange: vi.fn(), onError: vi.fn(), onPolling: vi.fn() };
  const close = watchFiles('/dir', {}, listener, watchWith);
  watchers[0]?.emit('error', error('EACCES'));
  expect(listener.onError).toHaveBeenCalledOnce();
  expect(watchers).toHaveLength(1);
  await close();
});
