// Reads everything from provider-service.
export const load = (session: Session) => session.call("fetch_all_orders");
