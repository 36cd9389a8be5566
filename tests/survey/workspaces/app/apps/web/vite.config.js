export default { server: { proxy: { "/v1": { target: "http://localhost:4000", changeOrigin: true } } } };
