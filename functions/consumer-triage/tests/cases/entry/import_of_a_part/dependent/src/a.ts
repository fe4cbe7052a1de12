import { x } from "@owner/provider-service/extra";
import y from "./extra";
x(y);
