package com.example.report;

import com.example.core.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts what TABLE says and writes the counts where OUTPUT says. */
public final class ReportJob {
    private ReportJob() {
    }

    public static void main(String[] arguments) throws IOException {
        String table = System.getenv().getOrDefault("TABLE", "a,1\nb,2\na,3\n");
        Path output = Path.of(System.getenv().getOrDefault("OUTPUT", "/tmp/counts.txt"));
        Files.writeString(output, Counts.of(table) + "\n");
        System.out.println("wrote " + output);
    }
}
