import { where } from "./where.js";

export default { build: { outDir: where() } };
