import { CLOUD_RULES } from './cloud-rules.ts';
import type { CommandRule } from './command-rule.ts';
import { DATA_RULES } from './data-rules.ts';
import { INFRASTRUCTURE_RULES } from './infrastructure-rules.ts';
import { MACHINE_RULES } from './machine-rules.ts';
import { MESSAGE_RULES } from './message-rules.ts';
import { PUBLISHING_RULES } from './publishing-rules.ts';
import { SCRIPT_RULES } from './script-rules.ts';

/** All commands that are irreversible by their words. */
export const COMMAND_RULES: readonly CommandRule[] = [
  ...PUBLISHING_RULES,
  ...CLOUD_RULES,
  ...DATA_RULES,
  ...INFRASTRUCTURE_RULES,
  ...SCRIPT_RULES,
  ...MESSAGE_RULES,
  ...MACHINE_RULES,
];
