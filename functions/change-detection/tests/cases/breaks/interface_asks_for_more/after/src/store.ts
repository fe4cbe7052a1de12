export interface Store {
  read(key: string): string;
  remove(key: string): void;
  size?(): number;
}
