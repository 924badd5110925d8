import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  configSchemaFile,
  renderConfigSchema,
} from '../../../scripts/schema/render-config-schema.ts';

test('the published JSON Schema matches the configuration', () => {
  // `tsx scripts/schema.ts` updates it.
  expect(readFileSync(configSchemaFile, 'utf8')).toBe(renderConfigSchema());
});

test('durations keep their pattern', () => {
  const schema = JSON.parse(renderConfigSchema());
  const { startToCloseTimeout } = schema.properties.tiers.properties.quick.properties;
  const pattern = new RegExp(startToCloseTimeout.pattern);
  expect(['90s', '1.5h', '500ms'].every((text) => pattern.test(text))).toBe(true);
  expect(['90', '90 s', '-1s', '1d'].some((text) => pattern.test(text))).toBe(false);
});
