package notes;

import com.sun.net.httpserver.HttpServer;
import java.io.FileWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

public final class Main {
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = 200;
            if (exchange.getRequestMethod().equals("POST")) {
                try (FileWriter notes = new FileWriter("data/notes.txt", true)) {
                    notes.write(new String(body, StandardCharsets.UTF_8) + " ");
                } catch (IOException error) {
                    status = 500;
                }
            }
            Path kept = Path.of("data/notes.txt");
            byte[] text = (Files.exists(kept) ? Files.readString(kept).trim() : "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, 0);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.start();
    }
}
