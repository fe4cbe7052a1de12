export const sweep = (path: string) => path
export const sweepSync = sweep
