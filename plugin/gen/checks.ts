// Made by `npm run generate` from the folder listing. Do not edit.

export const checks = [] as const;

/** Name of the page of each check, under plugin/checks/. */
export const pages: Readonly<Record<string, string>> = {};
