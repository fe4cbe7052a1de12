import { Store } from "@acme/store";

export class A implements Store {
  read(key: string) {
    return key;
  }
}

export class B implements Store {
  read(key: string) {
    return key;
  }
  remove(key: string) {}
}

export function f(store: Store) {}
