import { join } from 'node:path';
import { ResourceNotFoundError, type Server } from '@modelcontextprotocol/server';
import { SwarmError } from '../../errors/swarm-error.ts';
import { listAllRuns } from '../../operations/list-runs.ts';
import { describeDefects } from '../../store/run-handle.ts';
import { runPaths } from '../../store/run-paths.ts';
import { renderSummary } from '../../view/markdown/render-summary.ts';
import { parseRunUri, reportUri } from '../resource-uri.ts';
import type { RunLookup } from '../run-lookup.ts';
import { readTaskReport } from '../run-result.ts';
import type { ServerContext } from '../server-context.ts';
import { MARKDOWN, MOST_LISTED, summaryResource, summaryUri } from '../summary-resource.ts';
import { MCP_READER } from '../words/mcp-reader.ts';

/** Maximum number of watched resources per connection. */
const MOST_WATCHED = 100;

/**
 * Serves summaries and reports. Subscriptions of clients up to 2025-11-25 belong to the connection;
 * newer clients subscribe through the transport, see {@link watchResource}.
 */
export function serveResources(
  server: Server,
  runs: RunLookup,
  context: ServerContext,
  era: 'legacy' | 'modern',
): void {
  server.registerCapabilities({ resources: { subscribe: true } });
  server.setRequestHandler('resources/list', () => ({
    resources: listAllRuns(context, MOST_LISTED).flatMap((row) =>
      'unreadable' in row ? [] : summaryResource(row),
    ),
  }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [
      { uriTemplate: summaryUri('{run}'), name: 'summary', title: 'Summary of a run' },
      { uriTemplate: reportUri('{run}', '{task}'), name: 'report', title: 'Report of a task' },
    ].map((template) => ({ ...template, mimeType: MARKDOWN })),
  }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) => ({
    contents: [{ uri, mimeType: MARKDOWN, text: readResource(uri, runs) }],
  }));
  if (era === 'legacy') serveSubscriptions(server, context);
}

/** @throws {ResourceNotFoundError} for anything except an existing summary or report */
function readResource(uri: string, runs: RunLookup): string {
  const named = parseRunUri(uri);
  const run = named && runs.tryFind(named.run);
  if (!run) throw new ResourceNotFoundError(uri);
  try {
    return named.task === null
      ? renderSummary(run.state, { notes: describeDefects(run), reader: MCP_READER })
      : readTaskReport(run, named.task);
  } catch (error) {
    throw error instanceof SwarmError ? new ResourceNotFoundError(uri) : error;
  }
}

function serveSubscriptions(server: Server, context: ServerContext): void {
  const watches = new Map<string, () => void>();
  server.setRequestHandler('resources/subscribe', ({ params: { uri } }) => {
    if (!parseRunUri(uri)) throw new ResourceNotFoundError(uri);
    if (watches.has(uri) || watches.size >= MOST_WATCHED) return {};
    watches.set(
      uri,
      watchResource(uri, context, () => void server.sendResourceUpdated({ uri }).catch(() => {})),
    );
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
    watches.get(uri)?.();
    watches.delete(uri);
    return {};
  });
  const { onclose } = server;
  server.onclose = () => {
    for (const stop of watches.values()) stop();
    onclose?.();
  };
}

/**
 * Watches the file behind a resource, which need not exist yet.
 * @returns a function that stops it; an invalid URI is not watched
 */
export function watchResource(
  uri: string,
  { root }: Pick<ServerContext, 'root'>,
  onChange: () => void,
): () => void {
  const named = parseRunUri(uri);
  if (!named) return () => {};
  const paths = runPaths(root, named.run);
  const file = named.task === null ? paths.summary : join(paths.results, `${named.task}.md`);
  const watching = import('chokidar').then(({ watch }) =>
    watch(file, { ignoreInitial: true }).on('add', onChange).on('change', onChange),
  );
  return () => void watching.then((watcher) => watcher.close()).catch(() => {});
}
