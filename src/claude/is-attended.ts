/**
 * Whether a person can answer in the session of Claude Code that started this process. Newer
 * clients say so; of older ones only the interactive one is taken to be attended.
 */
export function isAttended(env: Readonly<Record<string, string | undefined>>): boolean {
  const attended = env.CLAUDE_CODE_SESSION_ATTENDED;
  return attended === undefined ? env.CLAUDE_CODE_ENTRYPOINT === 'cli' : attended === '1';
}
