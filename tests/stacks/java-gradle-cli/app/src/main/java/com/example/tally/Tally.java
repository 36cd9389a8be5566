package com.example.tally;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "tally", description = "Counts its arguments.")
public final class Tally implements Runnable {
    @Parameters(arity = "1..*")
    private String[] words;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Tally()).execute(arguments));
    }

    @Override
    public void run() {
        System.out.println(words.length + ": " + String.join(" ", words));
    }
}
