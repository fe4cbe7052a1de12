'use strict';
// A service.
const express = require('express');
const { join, basename: base } = require("node:path");
import React, { useState as state, useEffect } from 'react';
import * as utils from './utils.js';
import './side-effect.css';
export { helper, other as renamed } from './helper.mjs';
export * from "./all";
const lazy = await import('./lazy.js');

const PORT = process.env.PORT || 3000;
const KEY = process.env['API_KEY'] ?? 'none';
const { DATABASE_URL, REDIS_URL: redis = 'redis://localhost' } = process.env;
const mode = import.meta.env.VITE_MODE;
const token = Deno.env.get("DENO_TOKEN");
const bun = Bun.env.BUN_KEY;
process.env.WRITTEN = '1';
if (!process.env.REQUIRED) throw new Error('REQUIRED is missing');

export const BASE_URL = `https://api.example.com/${process.env.STAGE}/v1`;
let counter = 0;
export const add = (a, b = 1) => a + b;
const mul = async function (a, ...rest) { return a; };

export default class Client extends Base {
  static VERSION = '1.0';
  #secret = 1;
  retries = 3;

  constructor(options) {
    super(options);
    this.http = axios.create({ baseURL: BASE_URL });
  }

  async fetchUser(id, { expand = false } = {}) {
    const response = await this.http.get(`/users/${id}/profile`, { headers: { 'X-Api-Key': KEY } });
    const data = await fetch(`${BASE_URL}/orders?user=${encodeURIComponent(id)}`, { method: 'POST' });
    return response.data['display_name'];
  }

  get ready() { return true; }
  static of(...args) { return new Client(...args); }
  handler = () => this.http.delete('/x');
  #hidden() {}
}

export function named(a, { b, c }, [d], ...rest) {
  function inner() {}
  return inner;
}

export default async function* () {}

module.exports = { named, Client };
module.exports.extra = function extra(x) { return x; };
exports.short = (y) => y;

Thing.prototype.method = function (z) {};

describe('a thing', () => {
  it('works', async () => { expect(await named(1)).toBe(2); });
});
