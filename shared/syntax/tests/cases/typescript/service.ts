import type { Request } from 'express';
import fs = require('fs');
import { Client, type Options } from "@acme/client";
import axios, { AxiosInstance } from 'axios';
export type { Thing } from './thing';

declare const VERSION: string;
export const enum Color { Red = 'RED', Green = 'GREEN' }
enum Level { Low, High }

export interface User extends Base<string> {
  readonly id: number;
  name?: string;
  greet(prefix: string): void;
}

export type Handler<T> = (request: Request, body: T) => Promise<void>;
type Hidden = string | undefined;

export abstract class Repository<T extends { id: string }> implements Store {
  private readonly cache = new Map<string, T>();
  static readonly PATH = '/api/v1/things';

  constructor(private http: AxiosInstance, protected base: string = process.env.BASE_URL ?? 'http://localhost') {}

  abstract find(id: string): Promise<T>;

  public async load(id: string, options?: Partial<Options>): Promise<T | undefined> {
    const { data } = await this.http.get<T>(`${Repository.PATH}/${id}`, { params: { expand: true } });
    return data as T;
  }

  private hidden(): void {}
  protected visible?(): void;
}

export function overload(a: string): void;
export function overload(a: unknown): void {}

export namespace Inner {
  export const LIMIT = 10;
  export function deep() {}
}

declare module 'foreign' {
  export function there(): void;
}

export const useThing = <T,>(value: T): T => value;
const settings = { url: process.env.SERVICE_URL!, key: env('KEY') } satisfies Settings;
export default settings;
