export const g = (app: App) => app.middleware;
