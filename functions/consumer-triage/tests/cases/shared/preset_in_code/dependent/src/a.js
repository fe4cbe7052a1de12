const x = '@owner/eslint-config/strict';
