export default { password: "Tr0ub4dor-and-3" };
