import { type ChokidarOptions, watch } from 'chokidar';

export interface FileListener {
  /** Something below the path may have changed. @param path known only for some changes */
  onChange(path: string | null): void;
  onError(error: unknown): void;
  /** The system has no file watches left, so the files are looked at now and then. */
  onPolling(): void;
}

/** How the operating system says that all file watches, or all their instances, are in use. */
const USED_UP = new Set(['EMFILE', 'ENFILE', 'ENOSPC']);

/** How often files are looked at without file watches; milliseconds. */
const POLL_MS = 500;

/**
 * Watches files.
 * @param watchWith starts a watcher; only tests replace it
 * @returns what ends it
 */
export function watchFiles(
  path: string,
  options: ChokidarOptions,
  listener: FileListener,
  watchWith: typeof watch = watch,
): () => Promise<void> {
  let isPolling = false;
  const begin = (more: ChokidarOptions) =>
    watchWith(path, { ...options, ...more, ignoreInitial: true })
      .on('all', () => listener.onChange(null))
      // It comes at once; a change event only when the file is looked at, at most every 50 ms.
      .on('raw', (_, raw) => listener.onChange(raw))
      // What changed before the watcher was ready was not reported.
      .on('ready', () => listener.onChange(null))
      .on('error', fail);
  const fail = (error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!USED_UP.has(code)) return listener.onError(error);
    if (isPolling) return;
    isPolling = true;
    closing = watcher.close();
    watcher = begin({ usePolling: true, interval: POLL_MS });
    listener.onPolling();
  };
  let closing = Promise.resolve();
  let watcher = begin({});
  return async () => {
    await Promise.all([closing, watcher.close()]);
  };
}
