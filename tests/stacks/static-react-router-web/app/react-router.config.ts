import type { Config } from "@react-router/dev/config";

export default { ssr: false, buildDirectory: "out" } satisfies Config;
