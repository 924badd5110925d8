import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_FILE } from '../config/config-file.ts';
import type { Config } from '../config/config-schema.ts';

type ReadConfig = typeof import('../config/read-config.ts');

/** A bundle of its own: building its schema takes longer than recording a checkpoint. */
const reader = (): ReadConfig => require('../config/read-config.ts');

/**
 * The configuration of a repository, for what depends on it only now and then.
 * @throws as `readConfig`, but the class of its errors is that of another bundle
 */
export function lateConfig(root: string): Config {
  return existsSync(join(root, CONFIG_FILE)) ? reader().readConfig(root) : {};
}
