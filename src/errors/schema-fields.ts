import type * as z from 'zod/mini';

/** The parts of a schema that are used here. */
interface Definition {
  shape?: Readonly<Record<string, z.core.$ZodType>>;
  element?: z.core.$ZodType;
  valueType?: z.core.$ZodType;
  innerType?: z.core.$ZodType;
}

/** The names of the fields that a schema allows at a path; none if the value there has no fields. */
export function schemaFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const { shape, element, valueType, innerType } = schema._zod.def as Definition;
  // Optional and nullable fields and those with a default are wrapped.
  if (innerType) return schemaFields(innerType, path);
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(shape ?? {});
  const inner = typeof key === 'number' ? element : (shape?.[String(key)] ?? valueType);
  return inner ? schemaFields(inner, rest) : [];
}
