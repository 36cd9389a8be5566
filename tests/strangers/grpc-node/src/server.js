const grpc = require("@grpc/grpc-js");

const plain = (value) => Buffer.from(value);
const server = new grpc.Server();
server.addService(
  {
    Hello: {
      path: "/greeter.Greeter/Hello",
      requestStream: false,
      responseStream: false,
      requestSerialize: plain,
      requestDeserialize: plain,
      responseSerialize: plain,
      responseDeserialize: plain,
    },
  },
  { Hello: (call, done) => done(null, call.request) },
);
const port = process.env.GRPC_PORT || "6565";
server.bindAsync(`0.0.0.0:${port}`, grpc.ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
