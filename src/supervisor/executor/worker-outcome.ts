import {
  blockedPrompt,
  isInterim,
  lastWords,
  type WorkerStream,
} from '../../claude/stream-json.ts';
import type { ErrorCategory } from '../../ledger/error-category.ts';
import { type AttemptOutcome, stoppedAtTurnLimit } from '../../run/attempt.ts';
import { classifyError } from '../../run/classify-error.ts';

/** How the process of a worker ended. */
export interface WorkerExit {
  /** Null if a signal ended it. */
  code: number | null;
  signal: string | null;
  /** Why it could not be started; null if it ran. */
  spawnError: string | null;
  /** The last part of its stderr. */
  stderr: string;
  stream: WorkerStream;
}

const NO_SESSION = /No conversation found with session ID/;

/** Whether a worker could not continue a session because the client no longer has it. */
export function isSessionMissing({ stream, stderr }: WorkerExit): boolean {
  return (
    NO_SESSION.test(stderr) || (stream.result?.errors ?? []).some((text) => NO_SESSION.test(text))
  );
}

/**
 * The outcome of an attempt, from the end of its worker's process.
 * @param wasAskedToEnd whether the supervisor ended it
 */
export function outcomeOfExit(exit: WorkerExit, wasAskedToEnd = false): AttemptOutcome {
  const { code, signal, spawnError, stream } = exit;
  if (spawnError) return failed('transient', `the client did not start: ${spawnError}`);
  const { result } = stream;
  if (!result) {
    if (code !== null && code !== 0) return withoutResult(exit);
    const how = signal ? `ended by ${signal}` : 'it ended without a result';
    return {
      outcome: 'lost',
      category: 'lost',
      message: `its process is gone: ${how}`,
      text: null,
    };
  }
  if (result.subtype === 'error_max_budget_usd') {
    return failed('fatal', result.errors?.join('; ') || 'it reached its budget');
  }
  if (result.subtype === 'error_max_turns') {
    return stoppedAtTurnLimit(lastWords(stream));
  }
  if (result.is_error || result.subtype !== 'success') {
    const message = result.result || result.errors?.join('; ') || result.subtype;
    return failed(classifyError(stream.apiError ?? undefined, message), message);
  }
  const blocked = blockedPrompt(result);
  if (blocked !== null && stream.said.length === 0) {
    return failed('denied', `a hook blocked its prompt: ${blocked}`);
  }
  if (isInterim(stream, wasAskedToEnd)) {
    const message = 'it was ended while it waited for its own agent or command';
    return { outcome: 'lost', category: 'lost', message, text: null };
  }
  return { outcome: 'reported', category: null, message: null, text: lastWords(stream) };
}

/** A client that rejects its arguments says so on stderr; exit codes from 128 are signals. */
function withoutResult({ code, stderr }: WorkerExit): AttemptOutcome {
  const said = stderr.trim().split('\n').at(-1) ?? '';
  const isSignal = code !== null && code >= 128;
  if (isSignal || said === '') {
    const message = `its process is gone: exit code ${code}${said ? `, ${said}` : ''}`;
    return { outcome: 'lost', category: 'lost', message, text: null };
  }
  return failed(classifyError(undefined, said), said);
}

function failed(category: ErrorCategory, message: string): AttemptOutcome {
  return { outcome: 'failed', category, message, text: null };
}
