package ledger;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;

public final class Main {
    public static void main(String[] arguments) throws Exception {
        String port = System.getenv().getOrDefault("PORT", "8080");
        HttpServer server = HttpServer.create(new InetSocketAddress("0.0.0.0", Integer.parseInt(port)), 0);
        server.createContext("/", exchange -> {
            String answer = ask();
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.startsWith("error") ? 500 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    private static String ask() {
        try (var connection = DriverManager.getConnection(System.getenv("DATABASE_URL"));
                var rows = connection.createStatement().executeQuery("select current_user, current_database()")) {
            rows.next();
            return rows.getString(1) + " " + rows.getString(2) + " true\n";
        } catch (Exception error) {
            return "error: " + error + "\n";
        }
    }
}
