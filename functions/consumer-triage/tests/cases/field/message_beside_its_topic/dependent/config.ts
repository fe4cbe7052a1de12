export const home = 'https://github.com/owner/provider-service'
