import { x } from "@owner/provider-service";
import y from "other/extra";
x(y);
