/** Registers what notebooks hold most; once a process. */
export function registerBuiltIn(): void {}
