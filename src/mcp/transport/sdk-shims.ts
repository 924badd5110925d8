import process from 'node:process';

/**
 * Replaces the SDK's own shims for Node in the bundle. Those load a JSON Schema validator at every
 * start, a sixth of the bundle. Nothing here needs it, because tools check their arguments with
 * their own schemas, and answers to forms are untrusted anyway.
 */
export class DefaultJsonSchemaValidator {
  getValidator() {
    return (data: unknown) => ({ valid: true, data, errorMessage: undefined });
  }
}

export { process };
