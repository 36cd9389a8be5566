import pc from "picocolors";

export const greet = (name) => pc.createColors(false).green(`hello ${name}`);
