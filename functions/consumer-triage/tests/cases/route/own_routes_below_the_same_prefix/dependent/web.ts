export const orders = () => fetch("/api/v1/orders");
