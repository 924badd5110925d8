import { join } from 'node:path';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { readRegularFile } from '../platform/regular-file.ts';
import { realPath } from '../platform/repository-paths.ts';
import { toStatusDocument } from '../run/status-document.ts';
import { describeDefects, type RunHandle } from '../store/run-handle.ts';
import { truncate } from '../text/sanitize.ts';
import { summaryDocument } from '../view/markdown/render-summary.ts';
import { runLine } from '../view/run-progress.ts';
import { reportUri } from './resource-uri.ts';
import { summaryUri } from './summary-resource.ts';
import { success } from './tools/define-tool.ts';
import { MCP_READER } from './words/mcp-reader.ts';

/** Default length of a text in a conversation; characters. */
const USUAL_LENGTH = 8_000;
/** Maximum number of links to reports. */
const MAX_LINKS = 100;

/** The outcome of a run: its summary, with links to the reports. */
export function runResult(run: RunHandle, maxChars = USUAL_LENGTH): CallToolResult {
  const status = toStatusDocument(run.state);
  const id = status.run;
  const notes = describeDefects(run);
  const summary = summaryDocument(run.state, { maxChars, notes, reader: MCP_READER });
  const tasks = status.tasks.filter(({ result }) => result !== null).slice(0, MAX_LINKS);
  const reports = tasks.map((task) => ({ task: task.id, uri: reportUri(id, task.id) }));
  const message = runLine(status);
  const answer = success({ ...summary, message, reports }, summary.text);
  return {
    ...answer,
    content: [
      ...answer.content,
      link(summaryUri(id), 'summary', 'The whole summary'),
      ...tasks.map(({ id: task, title }) => link(reportUri(id, task), task, title)),
    ],
    isError: status.status === 'failed',
  };
}

/** The report of one task, up to a maximum length. */
export function taskResult(run: RunHandle, task: string, maxChars = USUAL_LENGTH): CallToolResult {
  const status = toStatusDocument(run.state);
  const report = readTaskReport(run, task);
  const text = truncate(report, maxChars);
  const uri = reportUri(status.run, task);
  const answer = success(
    {
      run: status.run,
      status: status.status,
      message: runLine(status),
      text,
      isWhole: text === report,
      reports: [{ task, uri }],
    },
    text,
  );
  return { ...answer, content: [...answer.content, link(uri, task, 'The whole report')] };
}

/** @throws {SwarmError} when there is no such task, or no report of it */
export function readTaskReport(run: RunHandle, task: string): string {
  const found = run.state.tasks.get(task);
  const name = `${run.paths.run}/${task}`;
  if (!found) throw new SwarmError(`run ${run.paths.run} has no task "${task}"`, EXIT.notFound);
  const report = found.attempts.findLast((attempt) => attempt.report)?.report;
  if (!report) throw new SwarmError(`there is no report of ${name} yet`, EXIT.notFound);
  const path = join(run.paths.dir, report.path);
  // A symbolic link in place of the file would lead outside of the run.
  if (realPath(path) !== join(realPath(run.paths.results), report.path.slice('results/'.length))) {
    throw new SwarmError(`the report of ${name} is not in its run's directory`, EXIT.notFound);
  }
  return readRegularFile(path);
}

function link(uri: string, name: string, title: string) {
  return { type: 'resource_link', uri, name, title, mimeType: 'text/markdown' } as const;
}
