/**
 * Whether a person can answer questions in the Claude Code session that started this process. Newer
 * clients say so; with older ones, only an interactive session counts as attended.
 */
export function isAttended(env: Readonly<Record<string, string | undefined>>): boolean {
  const attended = env.CLAUDE_CODE_SESSION_ATTENDED;
  return attended === undefined ? env.CLAUDE_CODE_ENTRYPOINT === 'cli' : attended === '1';
}
