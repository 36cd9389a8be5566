const grpc = require("@grpc/grpc-js");
const server = new grpc.Server();
server.bindAsync("0.0.0.0:50051", grpc.ServerCredentials.createSsl(null, []), () => undefined);
