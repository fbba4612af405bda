import Ajv, { type ValidateFunction } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';

/** Bodies are taken as they are; paths and query strings are text, which is converted to the schema's types. */
const strict = new Ajv({ useDefaults: true, allErrors: false, strictSchema: false });
const converting = new Ajv({
  useDefaults: true,
  coerceTypes: 'array',
  allErrors: false,
  strictSchema: false,
});

/** Makes the check of one part of a request from its JSON schema. */
export const validateRequest: FastifySchemaCompiler<object> = ({ schema, httpPart }): ValidateFunction =>
  (httpPart === 'body' ? strict : converting).compile(schema);
