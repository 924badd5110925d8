import { CONFIG_FILE } from '../../config/config-file.ts';
import { readConfig } from '../../config/read-config.ts';
import { SwarmError } from '../../errors/swarm-error.ts';
import { describeIssue, toValidationIssues } from '../../errors/validation-issue.ts';
import { type TriggersConfig, triggersConfig } from './triggers-schema.ts';

/**
 * Reads the schedules, webhooks and targets of a repository.
 * @param root of the repository, absolute
 * @returns none of them if there is no configuration
 * @throws {SwarmError} that names each bad field, what was expected and what was found
 */
export function readTriggers(root: string): TriggersConfig {
  const { schedules, webhooks, notify } = readConfig(root);
  const value = {
    ...(schedules !== undefined && { schedules }),
    ...(webhooks !== undefined && { webhooks }),
    ...(notify?.targets !== undefined && { notify: { targets: notify.targets } }),
  };
  const parsed = triggersConfig.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = toValidationIssues(parsed.error.issues, triggersConfig, value, () => null);
  throw new SwarmError(issues.map((issue) => describeIssue(CONFIG_FILE, issue)).join('\n'));
}
