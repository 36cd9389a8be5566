package com.example.hello;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Greets everybody who asks, and writes down how many did. */
public final class Main {
    private static final AtomicInteger VISITS = new AtomicInteger();

    private Main() {
    }

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8081"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/health", exchange -> answer(exchange, "ok"));
        server.createContext("/", exchange -> answer(exchange, greeting()));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(1)));
        server.start();
    }

    private static String greeting() throws IOException {
        JsonObject greeting = new JsonObject();
        greeting.addProperty("hello", System.getenv().getOrDefault("NAME", "me"));
        greeting.addProperty("visits", VISITS.incrementAndGet());
        Files.writeString(Path.of("/tmp/visits.json"), greeting.toString());
        return greeting.toString();
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
