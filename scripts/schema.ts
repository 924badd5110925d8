import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { configSchemaFile, renderConfigSchema } from './schema/render-config-schema.ts';

/** Writes the JSON Schema of the configuration, which editors use to complete and check it. */
mkdirSync(dirname(configSchemaFile), { recursive: true });
writeFileSync(configSchemaFile, renderConfigSchema());
