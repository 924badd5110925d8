import type { RunHandle } from '../../store/run-handle.ts';
import type { CliContext } from '../cli-context.ts';
import type { RunFlags } from './run-flags.ts';

const EDIT_RULE = /^(?:Edit|Write|MultiEdit)\b/;
const EDIT_MODES: readonly unknown[] = ['acceptEdits', 'auto', 'bypassPermissions'];

/** Warns, before any worker is paid for, that the client will refuse every edit of its tasks. */
export async function warnOfDenials(
  run: RunHandle,
  flags: RunFlags,
  context: CliContext,
): Promise<void> {
  const writing = [...run.state.tasks.values()]
    .map(({ plan }) => plan)
    .filter(({ writes }) => writes.length > 0);
  const earlier = run.state.supervision.options;
  const mode = flags.permissionMode ?? earlier?.permissionMode;
  const allowed = flags.allowedTools ? [flags.allowedTools] : (earlier?.allowedTools ?? []);
  const rules = allowed.flatMap((list) => list.split(/[\s,]+/));
  if (writing.length === 0 || EDIT_MODES.includes(mode) || rules.some(isEditRule)) return;
  if (mode == null && (await doSettingsAllowEdits(context))) return;
  const { HOW_TO_ALLOW } = await import('../../view/describe-denials.ts');
  const ids = writing.map(({ id }) => id).join(', ');
  context.warn(
    `nothing allows workers to edit files, but these tasks declare \`writes\`: ${ids}. Their edits will be refused. ${HOW_TO_ALLOW}.`,
  );
}

const isEditRule = (rule: string) => EDIT_RULE.test(rule);

async function doSettingsAllowEdits({ root, env }: CliContext): Promise<boolean> {
  const { readSettingsFiles } = await import('../../doctor/client-settings.ts');
  return readSettingsFiles(root(), env).some(({ settings: { permissions } }) => {
    const isModeSet = EDIT_MODES.includes(permissions?.defaultMode);
    return isModeSet || (permissions?.allow ?? []).some(isEditRule);
  });
}
