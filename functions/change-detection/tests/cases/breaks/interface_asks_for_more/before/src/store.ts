export interface Store {
  read(key: string): string;
}
