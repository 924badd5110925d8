import { join } from 'node:path';
import * as z from 'zod/mini';
import { config } from '../../src/config/config-schema.ts';
import { triggersConfig } from '../../src/hub/config/triggers-schema.ts';

export const configSchemaFile = join(
  import.meta.dirname,
  '..',
  '..',
  'schema',
  'config.schema.json',
);

/** The JSON Schema of `.claude/swarm-parallel.json`, formatted as the committed file. */
export function renderConfigSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(config, { io: 'input' });
  addTriggers(schema.properties as Properties);
  const head = {
    $schema,
    title: 'Configuration of swarm-parallel',
    description:
      'The file .claude/swarm-parallel.json of a repository. What is left out keeps its default.',
  };
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`;
}

type Properties = Record<string, { properties: Properties }>;

/** The schema that hooks load leaves these fields to the hub's. */
function addTriggers(properties: Properties): void {
  const triggers = z.toJSONSchema(triggersConfig, { io: 'input' }).properties as Properties;
  const { schedules, webhooks, notify } = triggers;
  Object.assign(properties, { schedules, webhooks });
  Object.assign(properties.notify?.properties ?? {}, notify?.properties);
}
