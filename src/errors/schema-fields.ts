import type * as z from 'zod/mini';

/** As much of a schema as is walked here. */
interface Definition {
  shape?: Readonly<Record<string, z.core.$ZodType>>;
  element?: z.core.$ZodType;
  innerType?: z.core.$ZodType;
}

/** The fields that a schema knows at a place of its value; none where it has no fields there. */
export function schemaFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const { shape, element, innerType } = schema._zod.def as Definition;
  // What may be left out, be null or has a default is wrapped.
  if (innerType) return schemaFields(innerType, path);
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(shape ?? {});
  const inner = typeof key === 'number' ? element : shape?.[String(key)];
  return inner ? schemaFields(inner, rest) : [];
}
