import { sanitizeLine } from '../text/sanitize.ts';

/** A note is worth knowing, but nothing is wrong. */
type FindingLevel = 'ok' | 'note' | 'warning' | 'error';

/** Every finding there is, with the check that reports it and how serious it is. */
const FINDINGS = {
  node_ok: ['node', 'ok'],
  node_not_found: ['node', 'error'],
  node_without_version: ['node', 'error'],
  node_too_old: ['node', 'error'],
  client_ok: ['client', 'ok'],
  client_not_found: ['client', 'error'],
  client_without_version: ['client', 'error'],
  client_too_old: ['client', 'error'],
  plugin_ok: ['plugin-files', 'ok'],
  plugin_file_invalid: ['plugin-files', 'error'],
  plugin_file_missing: ['plugin-files', 'error'],
  plugin_rejected: ['plugin-files', 'error'],
  drop_in_ok: ['drop-in', 'ok'],
  drop_in_unreadable: ['drop-in', 'error'],
  drop_in_entry_missing: ['drop-in', 'error'],
  drop_in_file_missing: ['drop-in', 'error'],
  drop_in_file_changed: ['drop-in', 'warning'],
  drop_in_text_changed: ['drop-in', 'note'],
  hooks_ok: ['hooks', 'ok'],
  hook_missing: ['hooks', 'error'],
  hook_failed: ['hooks', 'error'],
  hooks_not_tried: ['hooks', 'note'],
  settings_ok: ['settings', 'ok'],
  settings_unreadable: ['settings', 'error'],
  hooks_disabled: ['settings', 'error'],
  installed_twice: ['twice', 'note'],
  path_ok: ['path', 'ok'],
  path_other_program: ['path', 'error'],
  path_other_version: ['path', 'warning'],
  terminal_ok: ['terminal', 'ok'],
  terminal_without_swarm: ['terminal', 'note'],
  run_directory_ok: ['run-directory', 'ok'],
  run_directory_not_writable: ['run-directory', 'error'],
  git_ok: ['git', 'ok'],
  git_missing: ['git', 'note'],
  config_ok: ['config', 'ok'],
  config_invalid: ['config', 'error'],
  triggers_ok: ['triggers', 'ok'],
  triggers_invalid: ['triggers', 'error'],
  triggers_unusable: ['triggers', 'warning'],
  hub_ok: ['hub', 'ok'],
  hub_not_needed: ['hub', 'ok'],
  hub_missing: ['hub', 'warning'],
  leftovers_ok: ['leftovers', 'ok'],
  ledger_unreadable: ['ledger', 'error'],
  ledger_damaged: ['ledger', 'warning'],
  run_stale: ['open-run', 'warning'],
  summary_unread: ['open-run', 'note'],
  worktrees_left: ['worktrees', 'note'],
  temporary_files_left: ['temporary-files', 'warning'],
  hook_errors_logged: ['error-log', 'warning'],
} as const satisfies Record<string, readonly [id: string, level: FindingLevel]>;

export type FindingCode = keyof typeof FINDINGS;

/** What `swarm doctor` found out about one thing. */
export interface DoctorFinding {
  code: FindingCode;
  /** The check, such as `node`; a check may report several findings. */
  id: string;
  level: FindingLevel;
  /** One line of plain text. */
  message: string;
  /** What to do, in one line of plain text; null if there is nothing to do. */
  fix: string | null;
}

const MAX_LINE = 600;

/** Creates a finding. Texts may quote files and programs, so they are reduced to one plain line. */
export function finding(
  code: FindingCode,
  message: string,
  fix: string | null = null,
): DoctorFinding {
  const [id, level] = FINDINGS[code];
  return {
    code,
    id,
    level,
    message: sanitizeLine(message, MAX_LINE),
    fix: fix === null ? null : sanitizeLine(fix, MAX_LINE),
  };
}
