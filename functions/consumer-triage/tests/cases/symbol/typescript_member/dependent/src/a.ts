import { Webhooks } from "@o/webhooks";

export const f = (webhooks: Webhooks) => webhooks.middleware;
